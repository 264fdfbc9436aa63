"""How values read. The same cases hold for the browser: tests/js/format.test.js."""

import json
from pathlib import Path

import pytest

from dashboard import numbers

CASES = json.loads((Path(__file__).parent.parent / "format_cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['format']} {c['values']}")
def test_a_value_reads_as_the_case_says(case) -> None:
    moment = numbers.Moment(case.get("now", 1_700_000_000_000), case.get("zone", "UTC"))
    assert numbers.FORMATS[case["format"]](case["values"], moment) == case["text"]


def test_every_format_has_a_case() -> None:
    assert {case["format"] for case in CASES} == set(numbers.FORMATS)


def test_a_sparkline_leaves_out_what_is_missing_and_keeps_its_place() -> None:
    assert numbers.spark([0, None, 10], 96, 24) == "0,24 96,0"
