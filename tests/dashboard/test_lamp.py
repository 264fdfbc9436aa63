"""The lamp's words. The same cases hold for the browser: tests/js/freshness.test.js."""

import json
from pathlib import Path

import pytest

from dashboard import boards

CASES = json.loads((Path(__file__).parent.parent / "lamp_cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["is"])
def test_the_lamp(case) -> None:
    lamp = boards.lamp(case["feeds"], case["now"])
    assert (lamp.state, lamp.words) == (case["state"], case["words"])
