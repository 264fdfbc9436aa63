"""Events that come late, and quarters in which nobody counted: the rows come right."""

import pytest

from statsync.actions import ingest, watermarks
from statsync.actions.rollups import refill_rollups
from statsync.models import (
    DirtyBucket,
    LiveRow,
    QueueInterval,
    Window,
    WorkerInterval,
)
from statsync.rollups import bucket_of
from tests.statsync import told
from tests.statsync.told import ANN, HOUR, MINUTE, NOON, OFFLINE, SECOND

pytestmark = pytest.mark.django_db


def each_minute(workspace, first: int, last: int) -> None:
    """The job of the timetable, so many minutes after noon."""
    for minute in range(first, last):
        refill_rollups(workspace, NOON + minute * MINUTE)


def refill_all(workspace, now: int) -> None:
    refill_rollups(workspace, now)
    while DirtyBucket.objects.filter(start_ms__lt=bucket_of(now)).exists():
        refill_rollups(workspace, now)


def queue_rows() -> list[tuple[int, int, int, int]]:
    """Minutes after noon, waiting at start, abandoned, waiting at end."""
    names = ("start_ms", "waiting_start", "abandoned", "waiting_end")
    rows = QueueInterval.objects.order_by("start_ms").values_list(*names)
    return [((start - NOON) // MINUTE, *rest) for start, *rest in rows]


def signed_in() -> dict[int, int]:
    """Minutes signed in by the quarter's start in minutes after noon."""
    rows = WorkerInterval.objects.values_list("start_ms", "signed_in_ms")
    return {(at - NOON) // MINUTE: ms // MINUTE for at, ms in rows}


def test_an_end_that_comes_an_hour_late_empties_the_quarters_after_it() -> None:
    workspace = told.connected()
    began = [told.task(NOON + SECOND, "created"), told.entered(NOON + SECOND)]
    ingest.ingest(workspace, began, True, NOON + 2 * SECOND)
    each_minute(workspace, 1, 70)
    assert len(queue_rows()) == 5

    late = [told.left(NOON + 5 * MINUTE)]
    ingest.ingest(workspace, late, True, NOON + 70 * MINUTE)
    each_minute(workspace, 70, 75)

    assert queue_rows() == [(0, 0, 1, 0)]


def test_a_completion_without_its_acceptance_is_counted_from_the_offer_on() -> None:
    workspace = told.connected()
    began = [
        told.task(NOON, "created"),
        told.entered(NOON),
        told.offer(NOON + SECOND, "created"),
    ]
    ingest.ingest(workspace, began, True, NOON + 2 * SECOND)
    each_minute(workspace, 1, 40)

    late = [told.offer(NOON + 35 * MINUTE, "completed")]
    ingest.ingest(workspace, late, True, NOON + 40 * MINUTE)
    each_minute(workspace, 40, 45)

    assert (0, 0, 0, 0) in queue_rows()
    assert all(waiting == 0 for *_, waiting in queue_rows())


def test_quarters_in_which_nobody_counted_hold_who_waited_and_was_signed_in() -> None:
    workspace = told.connected()
    began = [
        told.worker(NOON, "created"),
        told.task(NOON + SECOND, "created"),
        told.entered(NOON + SECOND),
    ]
    ingest.ingest(workspace, began, True, NOON + 2 * SECOND)
    refill_rollups(workspace, NOON + 3 * SECOND)

    refill_all(workspace, NOON + 180 * MINUTE)

    quarters = list(range(0, 195, 15))
    assert [start for start, *_ in queue_rows()] == quarters
    assert signed_in() == dict.fromkeys(quarters[:-1], 15)


def test_quarters_before_the_first_count_are_counted_too() -> None:
    workspace = told.connected()
    ingest.ingest(workspace, [told.worker(NOON, "created")], True, NOON + SECOND)
    refill_all(workspace, NOON + 60 * MINUTE)
    assert signed_in() == {0: 15, 15: 15, 30: 15, 45: 15}


def test_time_signed_in_is_whole_when_the_past_is_read_newest_first() -> None:
    workspace, now = told.connected(), NOON + 10 * HOUR
    off = told.worker(NOON + 9 * HOUR, "activity.update", OFFLINE)
    ingest.ingest(workspace, [off], True, now)
    refill_all(workspace, now)

    on = told.worker(NOON, "activity.update")
    ingest.ingest(workspace, [on], True, now)
    refill_all(workspace, now)

    assert sum(signed_in().values()) == 9 * 60


def test_a_long_spell_that_ends_now_leaves_its_past_as_counted() -> None:
    workspace, now = told.connected(), NOON + 8 * HOUR
    ingest.ingest(workspace, [told.worker(NOON, "created")], True, NOON)
    refill_all(workspace, now)

    off = told.worker(now, "activity.update", OFFLINE)
    ingest.ingest(workspace, [off], True, now + SECOND)

    assert list(DirtyBucket.objects.values_list("start_ms", flat=True)) == [now]


def test_who_rang_by_a_callback_that_never_was_rings_no_more() -> None:
    workspace = told.connected()
    ingest.ingest(workspace, [told.worker(NOON, "created")], True, NOON)
    rung = [told.entered(NOON + SECOND), told.offer(NOON + SECOND, "created")]
    ingest.ingest(workspace, rung, False, NOON + SECOND)
    assert '"offered"' in LiveRow.objects.get(kind="worker", sid=ANN).body

    watermarks.move(workspace, "events", NOON + MINUTE)
    Window.objects.update(state="read")
    ingest.drop_unconfirmed(workspace, NOON + 16 * MINUTE)

    assert '"free"' in LiveRow.objects.get(kind="worker", sid=ANN).body
