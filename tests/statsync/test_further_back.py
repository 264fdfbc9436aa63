"""TaskRouter's past may begin earlier than it told at first."""

from datetime import datetime

import httpx
import pytest

from statsync import reader
from statsync.models import Event, Window, Workspace
from tests.statsync import made_up

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
NEWEST, OLDER, OLDEST = (made_up.NOW - n * HOUR_MS for n in (1, 2, 3))


class Told:
    """A feed with one event in each of some hours; notes which hours were asked for."""

    def __init__(self, *hours: int) -> None:
        self.hours, self.asked = set(hours), []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        text = request.url.params["StartDate"]
        start = int(datetime.fromisoformat(text).timestamp() * 1000)
        self.asked.append(start)
        return made_up.page(*[event(start)] * (start in self.hours))


def event(ms: int) -> dict:
    head = {"sid": f"EV{ms:032}", "event_type": "task.created", "event_date_ms": ms}
    return {**head, "event_data": {"task_sid": f"WT{ms:032}"}}


@pytest.fixture
def workspace(db) -> Workspace:
    """Connected just now, with three windows of an hour to read."""
    workspace = made_up.connected()
    Window.objects.all().delete()
    Window.objects.bulk_create(
        Window(workspace=workspace, start_ms=at, end_ms=at + HOUR_MS)
        for at in (NEWEST, OLDER, OLDEST)
    )
    Workspace.objects.update(connected_ms=made_up.NOW)
    workspace.refresh_from_db()
    return workspace


def read_all(workspace: Workspace, now: int) -> None:
    while reader.backfill_step(workspace, now):
        pass


def test_days_that_are_told_later_are_read_when_they_are(workspace) -> None:
    feed = Told(NEWEST)
    made_up.answered_by(workspace, feed)
    read_all(workspace, made_up.NOW)
    feed.hours |= {OLDER, OLDEST}
    read_all(workspace, made_up.NOW + MINUTE_MS)
    assert set(Event.objects.values_list("ms", flat=True)) == {NEWEST, OLDER, OLDEST}
    assert not Window.objects.filter(state="waiting").exists()


def test_only_the_edge_of_what_is_known_is_looked_at_and_ever_more_seldom(
    workspace,
) -> None:
    feed = Told(NEWEST)
    made_up.answered_by(workspace, feed)
    for minute in range(240):
        read_all(workspace, made_up.NOW + minute * MINUTE_MS)
    assert feed.asked[:3] == [NEWEST, OLDER, OLDEST]
    looks = feed.asked[3:]
    assert set(looks) == {OLDER}
    assert 10 <= len(looks) <= 25


def test_a_past_that_is_known_to_its_end_is_not_looked_at_again(workspace) -> None:
    feed = Told(NEWEST, OLDER, OLDEST)
    made_up.answered_by(workspace, feed)
    for minute in range(60):
        read_all(workspace, made_up.NOW + minute * MINUTE_MS)
    assert feed.asked == [NEWEST, OLDER, OLDEST]


def test_a_clock_that_has_gone_back_keeps_nobody_from_looking(workspace) -> None:
    feed = Told(NEWEST)
    made_up.answered_by(workspace, feed)
    read_all(workspace, made_up.NOW)
    feed.hours.add(OLDER)
    read_all(workspace, made_up.NOW - MINUTE_MS)
    assert OLDER in set(Event.objects.values_list("ms", flat=True))
