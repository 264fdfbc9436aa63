"""Who belonged to which queue when: the same as a rebuild, in whatever order it is told."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statsync import rebuild
from statsync.actions import ingest
from statsync.actions.resources import store_resources
from statsync.models import Event, Membership, Spell
from tests.statsync import told
from tests.statsync.told import ANN, BREAK, MINUTE, NOON, Q1, Q2

pytestmark = pytest.mark.django_db
BILLING = {"worker_attributes": '{"skills": ["billing"]}'}
WANTS = "skills HAS 'billing'"
BOB = "WK" + "b" * 32


def belonged(queue: str = Q1, worker: str = ANN) -> list[tuple[int, int | None]]:
    """From and to in minutes after noon."""
    rows = Membership.objects.filter(queue_sid=queue, worker_sid=worker)
    times = rows.order_by("from_ms").values_list("from_ms", "to_ms")
    return [
        ((start - NOON) // MINUTE, None if end is None else (end - NOON) // MINUTE)
        for start, end in times
    ]


def ingest_all(workspace, *events) -> None:
    ingest.ingest(workspace, events, True, NOON + 60 * MINUTE)


@pytest.mark.parametrize("what", ["activity.update", "capacity.update"])
def test_a_worker_known_by_any_event_belongs_to_his_queues(what) -> None:
    workspace = told.connected(WANTS)
    ingest_all(workspace, told.worker(NOON, what, **BILLING))
    assert belonged() == [(0, None)]
    assert rebuild.differences(workspace) == []


def test_an_older_event_that_comes_later_moves_the_beginning() -> None:
    workspace = told.connected(WANTS)
    ingest_all(workspace, told.worker(NOON + 9 * MINUTE, "created", **BILLING))
    ingest_all(workspace, told.worker(NOON, "capacity.update", **BILLING))
    assert belonged() == [(0, None)]
    assert rebuild.differences(workspace) == []


def test_the_first_change_of_an_expression_leaves_what_was_before() -> None:
    workspace = told.connected(WANTS)
    ingest_all(workspace, told.worker(NOON, "created", **BILLING))
    changed = told.queue(NOON + 9 * MINUTE, "expression.updated", "1==2")
    ingest_all(workspace, changed)
    assert belonged(Q1) == [(0, 9)]
    assert belonged(Q2) == [(0, None)]
    assert rebuild.differences(workspace) == []


def test_nobody_belonged_to_a_queue_before_it_was_made() -> None:
    workspace = told.connected(WANTS)
    ingest_all(workspace, told.worker(NOON, "created", **BILLING))
    ingest_all(workspace, told.queue(NOON + 9 * MINUTE, "created", WANTS))
    assert belonged() == [(9, None)]
    assert rebuild.differences(workspace) == []


def test_an_expression_that_the_list_knows_first_counts_from_its_event_on() -> None:
    workspace = told.connected(WANTS)
    ingest_all(workspace, told.worker(NOON, "created", **BILLING))
    later = {"sid": Q1, "friendly_name": "Q1", "target_workers": "1==2"}
    store_resources(workspace, "task_queue", [later], False, NOON + 9 * MINUTE)
    assert rebuild.differences(workspace) == []

    ingest_all(workspace, told.queue(NOON + 8 * MINUTE, "expression.updated", "1==2"))

    assert belonged() == [(0, 8)]
    assert rebuild.differences(workspace) == []


def an_hour() -> list:
    """Two workers whose skills and activities change, queues that come, change and go."""
    events = []
    for worker, late in ((ANN, 0), (BOB, 3)):
        of = {"sid": worker}
        for minute, what, has in (
            (0, "activity.update", BILLING),
            (5, "capacity.update", BILLING),
            (11, "attributes.update", {"worker_attributes": "{}"}),
            (13, "activity.update", {"worker_attributes": "{}"}),
            (20, "attributes.update", BILLING),
            (31, "deleted", BILLING),
            (40, "created", BILLING),
        ):
            activity = BREAK if minute == 13 else told.AVAILABLE
            at = NOON + (minute + late) * MINUTE
            events.append(told.worker(at, what, activity, **of, **has))
    return [
        *events,
        told.queue(NOON + 7 * MINUTE, "expression.updated", "1==2"),
        told.queue(NOON + 16 * MINUTE, "expression.updated", WANTS),
        told.queue(NOON + 23 * MINUTE, "deleted", WANTS),
        told.queue(NOON + 2 * MINUTE, "created", "activity_name == 'Available'", Q2),
        told.queue(NOON + 18 * MINUTE, "expression.updated", WANTS, Q2),
    ]


def test_any_order_and_any_forgetting_come_to_what_a_rebuild_gives() -> None:
    workspace = told.connected(WANTS)
    events = an_hour()
    ingest_all(workspace, *events)
    whole = belonged(), belonged(Q2), belonged(Q1, BOB), belonged(Q2, BOB)
    assert all(whole)

    @settings(
        max_examples=10,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.integers(0, 10**9), st.integers(2, 9))
    def any_order(seed: int, size: int) -> None:
        for model in (Event, Spell, Membership):
            model.objects.all().delete()
        chance = random.Random(seed)
        order = chance.sample(events, len(events))
        for at in range(0, len(order), size):
            # Some come by callback alone at first, and are dropped.
            sure = chance.random() < 0.6
            ingest.ingest(workspace, order[at : at + size], sure, NOON)
            assert rebuild.differences(workspace) == []
        ingest.drop_unconfirmed(workspace, NOON + 60 * MINUTE)
        assert rebuild.differences(workspace) == []
        ingest_all(workspace, *order)
        assert rebuild.differences(workspace) == []
        assert whole == (belonged(), belonged(Q2), belonged(Q1, BOB), belonged(Q2, BOB))

    any_order()
