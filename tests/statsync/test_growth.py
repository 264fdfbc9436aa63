"""What a change or a refill costs does not grow with the history behind it."""

from collections.abc import Callable

import pytest
from django.db import connection

from statsync.actions import ingest
from statsync.actions.rollups import refill_rollups
from statsync.models import DirtyBucket, Stay, Workspace
from statsync.records import EventRecord
from statsync.rollups import bucket_of
from tests.statsync import told

DAY_MS = 86_400_000


def lives(many: int, start: int) -> list[EventRecord]:
    """A minute each: Ann rejects, leaves for a while, and the caller hangs up."""
    return [
        event
        for n in range(many)
        for at, sid in [(start + n * told.MINUTE, f"WT{start + n:032x}")]
        for event in (
            told.task(at, "created", sid),
            told.entered(at, sid=sid),
            told.offer(at + 1_000, "created", f"WR{start + n:032x}", of=sid),
            told.offer(at + 2_000, "rejected", f"WR{start + n:032x}", of=sid),
            told.worker(at + 3_000, "activity.update", told.BREAK),
            told.worker(at + 9_000, "activity.update", told.AVAILABLE),
            told.left(at + 10_000, sid),
        )
    ]


def steps_of(work: Callable[[], object]) -> int:
    """How far SQLite's own machine runs for it, in tens of steps."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.connection.set_progress_handler(count, 10)
    try:
        work()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return steps


def tell(workspace: Workspace, at: int) -> Callable[[], object]:
    batch = lives(1, at)
    return lambda: ingest.ingest(workspace, batch, True, at + told.MINUTE)


def refill(workspace: Workspace, at: int) -> Callable[[], object]:
    while DirtyBucket.objects.filter(start_ms__lt=bucket_of(at)).exists():
        refill_rollups(workspace, at)
    return lambda: refill_rollups(workspace, at)


@pytest.mark.django_db
@pytest.mark.parametrize("work", [tell, refill])
def test_ten_times_the_history_makes_no_work_dearer(work) -> None:
    workspace = told.connected()
    past = told.NOON - 3 * DAY_MS
    ingest.ingest(workspace, lives(100, past), True, told.NOON)
    first = steps_of(work(workspace, told.NOON))

    ingest.ingest(workspace, lives(900, past + 200 * told.MINUTE), True, told.NOON)
    second = steps_of(work(workspace, told.NOON + told.HOUR))

    assert Stay.objects.count() >= 1_000
    assert second <= 1.3 * first, (first, second)
