"""Why an expression holds or not: traced as it is evaluated."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expressions import compile_expression, trace

ANN = {"languages": ["en"], "level": 7, "team": "billing", "note": None}


@pytest.mark.parametrize(
    ("text", "clause", "column"),
    [
        ("level > 3 AND team == 'sales'", "team == 'sales'", 15),
        ("(level > 3 AND team == 'sales') AND 1==2", "team == 'sales'", 16),
        ("team == 'a' OR team == 'b'", "team == 'a' OR team == 'b'", 1),
        ("1==1 AND (team == 'a' OR level < 3)", "team == 'a' OR level < 3", 11),
        ("1==2 OR level == 7", "level == 7", 9),
        ("team IN ['a', 'b']", "team IN ['a', 'b']", 1),
        ("level", "level", 1),
    ],
)
def test_the_smallest_part_that_decides_is_told(text, clause, column) -> None:
    found = trace(text, ANN)
    assert (found.clause, found.line, found.column) == (clause, 1, column)


def test_the_place_of_the_part_counts_lines() -> None:
    found = trace("level > 3 AND\n  team == 'sales'", ANN)
    assert (found.line, found.column) == (2, 3)


def test_what_the_part_read_is_told_each_once_and_what_is_missing() -> None:
    found = trace("skill == 'x' OR note == 'x' OR skill > languages[4]", ANN)
    assert [(one.path, one.value, one.missing) for one in found.reads] == [
        ("skill", None, True),
        ("note", None, False),
        ("languages[4]", None, True),
    ]


NAMES = ["a", "b", "c.d", "c.e[0]", "missing", "task.a"]
LITERALS = ["1", "2", "'x'", '"y"', "true", "null", "[1, 'x']", "0.5"]
OPERATORS = ["==", "!=", "<", ">=", "HAS", "IN", "NOT IN", "CONTAINS"]
operands = st.sampled_from(NAMES + LITERALS)
comparisons = st.one_of(
    st.tuples(operands, st.sampled_from(OPERATORS), operands).map(" ".join),
    operands.filter(lambda text: not text.startswith("[")),
)
expressions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(" AND ".join),
        st.lists(inner, min_size=2, max_size=4).map("\n OR ".join),
        inner.map("({})".format),
    ),
    max_leaves=12,
)
scalars = st.sampled_from([None, True, False, 0, 1, 2, 0.5, "x", "xy", ""])
values = st.one_of(scalars, st.lists(scalars, max_size=3))
attributes = st.fixed_dictionaries(
    {},
    optional={
        "a": values,
        "b": values,
        "c": st.fixed_dictionaries({}, optional={"d": values, "e": values}),
        "task": st.fixed_dictionaries({"a": values}),
    },
)


@settings(max_examples=300, deadline=None)
@given(expressions, attributes)
def test_a_trace_says_what_the_compiled_expression_says(
    text: str, names: dict[str, Any]
) -> None:
    found = trace(text, names)
    assert found.holds is compile_expression(text).matches(names)
    # The part alone decides the same, so nothing else need be looked at.
    assert compile_expression(found.clause).matches(names) is found.holds
