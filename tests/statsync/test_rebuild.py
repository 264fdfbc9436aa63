"""Facts that went wrong, told and mended from the ledger."""

import json

import pytest

from statsync import rebuild
from statsync.actions import ingest
from statsync.actions.rollups import refill_rollups
from statsync.models import DirtyBucket, LiveRow, Offer, QueueInterval, Spell, Stay
from tests.statsync import told
from tests.statsync.told import ANN, MINUTE, NOON, Q1, QUARTER, TASK

pytestmark = pytest.mark.django_db
NOW = NOON + 2 * QUARTER


@pytest.fixture
def workspace():
    """Ann answers one task after five minutes; half an hour has been counted."""
    workspace = told.connected()
    events = [
        told.worker(NOON, "created"),
        told.task(NOON, "created"),
        told.entered(NOON),
        told.offer(NOON + MINUTE, "created"),
        told.offer(NOON + 5 * MINUTE, "accepted"),
        told.offer(NOON + 8 * MINUTE, "completed"),
        told.task(NOON + 8 * MINUTE, "completed"),
    ]
    ingest.ingest(workspace, events, True, NOW)
    count(workspace)
    return workspace


def count(workspace) -> None:
    refill_rollups(workspace, NOW)
    refill_rollups(workspace, NOW)


def test_what_is_right_is_left_alone(workspace) -> None:
    assert rebuild.differences(workspace) == []
    rebuild.replace(workspace, NOW)
    assert not DirtyBucket.objects.exists()


def test_what_differs_is_told_with_an_example(workspace) -> None:
    Stay.objects.update(outcome="abandoned")
    Spell.objects.all().delete()
    sentences = rebuild.differences(workspace)
    assert [one.partition(", as")[0] for one in sentences] == [
        "Stay: 1 rows a rebuild lacks",
        "Stay: 1 rows only in a rebuild",
        "Spell: 1 rows only in a rebuild",
    ]


def test_a_rebuild_comes_through_to_the_rows_of_reports(workspace) -> None:
    Stay.objects.update(outcome="abandoned")
    DirtyBucket.objects.create(workspace=workspace, start_ms=NOON)
    count(workspace)
    assert QueueInterval.objects.get(start_ms=NOON).abandoned == 1

    rebuild.replace(workspace, NOW)
    count(workspace)

    row = QueueInterval.objects.get(start_ms=NOON)
    assert (row.abandoned, row.answered) == (0, 1)
    assert rebuild.differences(workspace) == []


def test_a_rebuild_is_shown_on_the_boards(workspace) -> None:
    Stay.objects.update(outcome="", left_ms=None, task_answered_ms=None)
    told_anew = told.queue(NOON + 9 * MINUTE, "expression.updated", "1==1")
    ingest.ingest(workspace, [told_anew], True, NOW)
    assert queue_row()["waiting"] == 1

    rebuild.replace(workspace, NOW)

    assert queue_row()["waiting"] == 0


def queue_row() -> dict:
    body: dict = json.loads(LiveRow.objects.get(kind="queue", sid=Q1).body)
    return body


def test_facts_that_no_event_tells_of_go(workspace) -> None:
    Stay.objects.filter(task_sid=TASK).update(task_sid="WT9")
    Offer.objects.filter(task_sid=TASK).update(task_sid="WT9")
    rebuild.replace(workspace, NOW)
    assert not Stay.objects.filter(task_sid="WT9").exists()
    assert rebuild.differences(workspace) == []


def test_a_floor_larger_than_a_chunk_is_rebuilt_whole(workspace) -> None:
    many = [told.worker(NOON, "created", sid=f"WK{n:032}") for n in range(45)]
    ingest.ingest(workspace, many, True, NOW)
    before = set(Spell.objects.values_list("worker_sid", flat=True))
    assert len(before) == 46
    Spell.objects.all().delete()

    rebuild.replace(workspace, NOW)

    assert set(Spell.objects.values_list("worker_sid", flat=True)) == before
    assert ANN in before
