"""Definitions have dates: what happened before one is counted as it was then."""

import pytest

from statsync.actions import ingest
from statsync.actions.rollups import refill_rollups
from statsync.live.floor import Floor
from statsync.models import (
    ActivityKind,
    FieldMap,
    ReasonCause,
    ServiceRule,
    Stay,
    WorkerInterval,
)
from tests.statsync import told
from tests.statsync.told import AVAILABLE, MINUTE, NOON, Q1, QUARTER

pytestmark = pytest.mark.django_db
CHANGE = NOON + 5 * MINUTE


def test_a_reason_means_what_it_meant_when_the_task_ended() -> None:
    workspace = told.connected()
    ReasonCause.objects.create(
        workspace=workspace, reason="Hangup", cause="test", from_ms=CHANGE
    )
    for minute, sid in ((4, "WT1"), (6, "WT2")):
        at = NOON + minute * MINUTE
        events = [told.entered(NOON, sid=sid), told.left(at, sid)]
        ingest.ingest(workspace, events, True, NOON + QUARTER)

    ends = Stay.objects.order_by("task_sid").values_list("outcome", "cause")
    assert list(ends) == [("abandoned", "customer left"), ("ended", "test")]


def test_a_direction_is_read_from_the_field_that_held_it_then() -> None:
    workspace = told.connected()
    FieldMap.objects.create(
        workspace=workspace,
        of="task",
        field="direction",
        attribute="way",
        from_ms=CHANGE,
    )
    says = '{"direction": "outbound", "way": "internal"}'
    for minute, sid in ((4, "WT1"), (6, "WT2")):
        at = NOON + minute * MINUTE
        entered = told.entered(at, sid=sid, task_attributes=says)
        ingest.ingest(workspace, [entered], True, at)

    directions = Stay.objects.order_by("task_sid").values_list("direction", flat=True)
    assert list(directions) == ["outbound", "internal"]


def counted(workspace) -> WorkerInterval:
    refill_rollups(workspace, NOON + QUARTER)
    refill_rollups(workspace, NOON + QUARTER)
    return WorkerInterval.objects.get(start_ms=NOON)


def test_an_activity_that_becomes_another_kind_is_cut_at_that_moment() -> None:
    workspace = told.connected()
    ActivityKind.objects.create(
        workspace=workspace, activity_sid=AVAILABLE, kind="project", from_ms=CHANGE
    )
    created = told.worker(NOON, "created")
    ingest.ingest(workspace, [created], True, NOON + QUARTER)

    row = counted(workspace)

    assert (row.idle_ms, row.away_ms) == (5 * MINUTE, 10 * MINUTE)


def test_an_activity_that_does_not_count_as_signed_in_is_no_time_of_the_shift() -> None:
    workspace = told.connected()
    ActivityKind.objects.create(
        workspace=workspace,
        activity_sid=AVAILABLE,
        kind="training",
        signed_in=False,
        from_ms=CHANGE,
    )
    created = told.worker(NOON, "created")
    ingest.ingest(workspace, [created], True, NOON + QUARTER)
    assert counted(workspace).signed_in_ms == 5 * MINUTE


@pytest.mark.parametrize(
    ("since", "handling"),
    [(0, 0), (NOON + QUARTER, 10 * MINUTE)],
    ids=["already then", "only later"],
)
def test_a_channel_is_deferred_from_a_date_on(since, handling) -> None:
    workspace = told.connected()
    ServiceRule.objects.create(
        workspace=workspace,
        queue_sid="",
        channel="voice",
        deferred=True,
        from_ms=since,
    )
    events = [
        told.worker(NOON, "created"),
        told.entered(NOON),
        told.offer(NOON, "created"),
        told.offer(NOON, "accepted"),
        told.offer(NOON + 10 * MINUTE, "completed"),
    ]
    ingest.ingest(workspace, events, True, NOON + QUARTER)
    assert counted(workspace).handling_ms == handling


def test_a_board_shows_the_rule_in_force() -> None:
    workspace = told.connected()
    for since, seconds in ((0, 60), (CHANGE, 20)):
        ServiceRule.objects.create(
            workspace=workspace, queue_sid=Q1, t_seconds=seconds, from_ms=since
        )
    assert Floor(workspace, CHANGE - 1).service_rule(Q1).t_seconds == 60
    assert Floor(workspace, CHANGE).service_rule(Q1).t_seconds == 20
