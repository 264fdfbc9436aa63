"""Older days are written while the boards are live, and reach the ledger by the same road."""

import fcntl
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from statsync.actions.accounts import DAY_MS
from tests.box import Box, environment
from tests.machine import wait_until

pytestmark = pytest.mark.soak


@pytest.fixture
def box() -> Iterator[Box]:
    box = Box(environment(SIMULATION_PAST_DAYS="9", SIMULATION_WORKERS="5"))
    yield box
    box.stop()


def ask(box: Box, database: str, statement: str) -> list[tuple]:
    path = f"file:{box.var / database}.sqlite3?mode=ro"
    with closing(sqlite3.connect(path, uri=True)) as connection:
        return connection.execute(statement).fetchall()


def written(box: Box) -> int:
    rows = ask(
        box, "taskrouter", "SELECT count(*) FROM taskrouter_loggedevent WHERE id < 0"
    )
    return int(rows[0][0])


def left(box: Box) -> dict | None:
    rows = ask(box, "taskrouter", "SELECT body FROM taskrouter_untoldpast")
    return json.loads(rows[0][0]) if rows else None


def told(box: Box, start: int, end: int) -> int:
    """How many events TaskRouter's API tells of that stretch; a page at most."""
    workspace = box.sdk().taskrouter.v1.workspaces(box.taskrouter["workspace_sid"])
    first, last = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (start, end))
    found = workspace.events.list(start_date=first, end_date=last, limit=100)
    return len([one for one in found if one.event_date_ms < end])


def test_older_days_come_whole_after_a_kill_and_are_read_back(box: Box) -> None:
    with (box.var / "past.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        box.start()
        past = left(box)
        assert past is not None
        assert past["end"] - past["start"] == 5 * DAY_MS
        assert told(box, past["start"], past["end"]) == 0
    wait_until(lambda: written(box) > 0, 60, "the first older events are written")
    box.kill(["web", "taskrouter"])
    wait_until(lambda: left(box) is None, 120, "the older days are whole")
    wait_until(lambda: told(box, past["start"], past["end"]), 10, "they are told")
    wait_until(lambda: read_back(box, past["start"]), 120, "the ledger has them")
    checked = box.run("ledgercheck")
    assert "each once; facts agree" in checked.stdout, checked.stdout + checked.stderr


def read_back(box: Box, start: int) -> bool:
    """Whether nothing waits and the first of the older events is in the ledger."""
    [(first,)] = ask(box, "signalbox", "SELECT min(ms) FROM statsync_event")
    waiting = "SELECT count(*) FROM statsync_window WHERE state = 'waiting'"
    return first == start and ask(box, "signalbox", waiting) == [(0,)]
