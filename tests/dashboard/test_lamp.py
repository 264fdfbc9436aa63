"""The lamp's words. The same cases hold for the browser: tests/js/freshness.test.js."""

import json
from pathlib import Path

import pytest

from dashboard import boards
from statsync.actions import health
from statsync.live import feeds
from tests.statsync import made_up

CASES = json.loads((Path(__file__).parent.parent / "lamp_cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["is"])
def test_the_lamp(case) -> None:
    lamp = boards.lamp(case["feeds"], case["now"])
    assert (lamp.state, lamp.words) == (case["state"], case["words"])


@pytest.mark.django_db
@pytest.mark.parametrize("begun", range(0, 2000, 333))
def test_a_feed_that_misses_no_two_polls_is_never_called_stale(begun: int) -> None:
    """Polls two seconds apart, a little early or late, and every fifth left out."""
    workspace = made_up.connected()
    at = made_up.NOW + begun
    for n in range(40):
        if (n + 1) % 5:
            health.note_success(workspace, "events", at)
        rows = {kind: draft.body for kind, draft in feeds.feed_rows(workspace).items()}
        just_before_the_next = at + 2000 + (-150, 90, -40, 150)[n % 4] - 1
        assert boards.lamp(rows, just_before_the_next).state != "stale", n
        at = just_before_the_next + 1
