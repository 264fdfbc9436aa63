"""Attributes with long lists: they mean the same as short ones, and cost as little."""

import json
import sys
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from expressions import attribute_values, compile_expression

scalars = st.sampled_from([None, True, False, 0, 1, 1.0, 2.5, "", "a", "1"])
items = st.one_of(scalars, st.lists(scalars, max_size=2), st.just({"a": 1}))
LITERALS = [
    "null",
    "true",
    "false",
    "0",
    "1",
    "1.0",
    "2.5",
    "''",
    "'a'",
    "'1'",
    "other",
]


@given(st.lists(items, max_size=20), items, st.sampled_from(LITERALS))
def test_a_list_holds_the_same_however_long_it_is(few, other, literal):
    short = {"list": few, "other": other}
    long = {"list": few + ["filling"] * 20, "other": other}
    for text in (f"list HAS {literal}", f"{literal} NOT IN list", f"list == {literal}"):
        asked = compile_expression(text)
        assert asked.matches(short) is asked.matches(attribute_values(json.dumps(long)))


def test_many_questions_about_a_long_list_are_few_steps():
    values = attribute_values(json.dumps({"list": [1] * 2_000}))
    asked = compile_expression(" OR ".join(["list HAS 2"] * 1_000))
    assert steps(lambda: asked.matches(values)) < 20_000


def steps(work: Any) -> int:
    """How many functions are called."""
    counted = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted
