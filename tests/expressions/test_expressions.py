"""What expressions mean, and how their mistakes are told."""

import pytest

from expressions import (
    ExpressionError,
    compile_expression,
    order_clauses,
    read_value,
)

ANN = {
    "languages": ["en", "fr"],
    "level": 7,
    "team": "billing",
    "routing": {"skills": ["claims"], "levels": {"claims": 3}},
    "in": "office",
    "active": True,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("languages HAS 'en'", True),
        ("languages HAS 'es'", False),
        ("'fr' IN languages", True),
        ("team IN ['sales', 'billing']", True),
        ("team NOT IN ['sales']", True),
        ("level > 6 AND level <= 7", True),
        ("level > '6'", False),
        ("team == 'billing' OR 1==2 AND 1==2", True),
        ("(team == 'billing' OR 1==2) AND 1==2", False),
        ("routing.skills HAS 'claims'", True),
        ("routing.levels.claims >= 3", True),
        ("languages[1] == 'fr'", True),
        ("missing == null", True),
        ("missing != 1", True),
        ("missing > 1", False),
        ("team CONTAINS 'bill'", True),
        ("active == true", True),
        ("active == 1", False),
        ("languages == 'en'", False),
        ("team has 'b'", False),
        ('team = "billing"', True),
        ("1==1", True),
        ("languages >- 'en' AND 'fr' <- languages", True),
        ("team <- ['sales', \"billing\"] and not_there = null", True),
        ("team Not in ['sales'] Or 1==2", True),
        ("team NOT IN missing", True),
        ("missing NOT IN ['sales']", True),
        ("team NOT IN 'billing'", True),
        ("languages NOT IN ['en']", False),
        ("'bill' IN team", False),
        ("languages != 'en'", False),
        ("languages CONTAINS 'en'", False),
        ("level CONTAINS 7", False),
        ("level == 7.0 AND level > -1.5", True),
        ("team < 'c' AND team > 'Z'", True),
        ("active > 0", False),
        ("null == null AND missing == other.missing[3].too", True),
        ("null != null", False),
        ("languages[2] == null", True),
        ("team == 'Billing'", False),
        ("routing.skills", False),
        ("active", True),
        ("'it\\'s' == \"it's\"", True),
    ],
)
def test_an_expression_means_what_the_reference_says(text, expected):
    assert compile_expression(text).matches(ANN) is expected


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("a ==", 1, 5),
        ("a == 'b' AND\n  (c == 1", 2, 10),
        ("a === 1", 1, 5),
        ("a # 1", 1, 3),
        ("languages HAS", 1, 14),
        ("a NOT b", 1, 7),
    ],
)
def test_a_mistake_is_told_by_line_and_column(text, line, column):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ==", "expected a name or a value"),
        ("a == 'b", "expected a closing ' of the text that begins here"),
        ("a && b", "expected AND, '&' is not understood"),
        ("a || b", "expected OR, '|' is not understood"),
        ("first-name == 1", "expected a name, a value or an operator, '-' is not"),
        ("a NOT b", "expected IN after NOT"),
        ("a[-1] == 1", "expected a position from 0"),
        ("a b", "expected AND, OR or the end"),
        ("(a b", "expected AND, OR or )"),
        ("a IN [en, 'fr']", "expected text, a number, true, false or null"),
    ],
)
def test_a_mistake_tells_what_was_expected(text, expected):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    assert caught.value.expected.startswith(expected)


def test_after_a_single_value_nothing_is_expected() -> None:
    with pytest.raises(ExpressionError, match="column 8: expected the end"):
        read_value("task.a == 1")


@pytest.mark.parametrize(
    ("most", "more"),
    [
        ("a==1" + " OR a==1" * 1023 + " ", "a==1" + " OR a==1" * 1024),
        ("a == '" + "x" * 65_529 + "'", "a == '" + "x" * 65_530 + "'"),
        ("(" * 64 + "1==1" + ")" * 64, "(" * 65 + "1==1" + ")" * 65),
    ],
    ids=["words", "characters", "brackets"],
)
def test_length_and_depth_are_bounded(most, more):
    compile_expression(most)
    with pytest.raises(ExpressionError, match="at most"):
        compile_expression(more)


def test_so_many_clauses_order_workers_and_no_more():
    assert len(order_clauses("worker.a," * 99 + "worker.b")) == 100
    with pytest.raises(ExpressionError, match="at most 100 clauses"):
        order_clauses("worker.a," * 100 + "worker.b")


def test_order_clauses_are_read_with_their_direction():
    assert [down for _, down in order_clauses("worker.a DESC, worker.b")] == [
        True,
        False,
    ]


def test_the_direction_of_an_order_clause_is_written_in_any_case():
    clauses = order_clauses("worker.a Desc, worker.b aSC, worker.c desc")
    assert [down for _, down in clauses] == [True, False, True]


def test_a_wrong_order_clause_is_refused():
    with pytest.raises(ExpressionError):
        order_clauses("worker.a SIDEWAYS")


@pytest.mark.parametrize(
    ("text", "column"),
    [("worker.a, worker.b UP", 11), ("worker.a, worker. DESC", 18)],
)
def test_a_mistake_in_an_order_clause_is_told_by_its_place(text, column):
    with pytest.raises(ExpressionError) as caught:
        order_clauses(text)
    assert caught.value.column == column
