"""Whatever the order and the batches in which events come, the facts are the same."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from statsync import rebuild
from statsync.actions import ingest
from statsync.models import Event, Membership, Offer, Spell, Stay, Window
from tests.statsync import made_up

MOST = 700
FACTS = (Stay, Offer, Spell, Membership)


def facts() -> list[list[dict]]:
    return [
        sorted(
            model.objects.values(
                *(f.name for f in model._meta.fields if f.name != "workspace")
            ),
            key=str,
        )
        for model in FACTS
    ]


def clear() -> None:
    for model in (*FACTS, Event):
        model.objects.all().delete()


@pytest.mark.django_db
def test_shuffled_and_repeated_batches_come_to_the_same_facts() -> None:
    workspace = made_up.connected()
    records = list(made_up.day()[1][:MOST])
    ingest.ingest(workspace, records, True, made_up.NOW)
    expected = facts()
    assert all(expected), "the day has facts of every kind"

    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.integers(0, 10**9), st.integers(20, 400))
    def any_order(seed: int, size: int) -> None:
        clear()
        told = [*records, *random.Random(seed).sample(records, 50)]
        random.Random(seed).shuffle(told)
        for at in range(0, len(told), size):
            ingest.ingest(workspace, told[at : at + size], True, made_up.NOW)
        assert facts() == expected
        assert rebuild.differences(workspace) == []

    any_order()


@pytest.mark.django_db
def test_callbacks_first_and_polls_later_keep_each_event_once() -> None:
    workspace = made_up.connected()
    records = list(made_up.day()[1][:MOST])
    ingest.ingest(workspace, records[:400], False, made_up.NOW)
    assert Event.objects.filter(confirmed=False).count() == 400

    told = ingest.ingest(workspace, records, True, made_up.NOW)

    assert (told.new, told.confirmed) == (MOST - 400, 400)
    assert Event.objects.filter(confirmed=True).count() == MOST
    assert rebuild.differences(workspace) == []


@pytest.mark.django_db
def test_a_callback_that_no_poll_confirms_is_forgotten_with_its_facts() -> None:
    workspace = made_up.connected()
    records = list(made_up.day()[1][:MOST])
    ingest.ingest(workspace, records[:500], True, made_up.NOW)
    before = facts()
    ingest.ingest(workspace, records[500:], False, made_up.NOW)
    assert facts() != before

    Window.objects.update(state="read")
    dropped = ingest.drop_unconfirmed(workspace, made_up.NOW + 16 * 60_000)

    assert dropped == MOST - 500
    assert facts() == before


@pytest.mark.django_db
def test_a_worker_first_heard_of_by_his_activity_belongs_to_his_queues() -> None:
    workspace = made_up.connected()
    moves = [
        one
        for one in made_up.day()[1]
        if (one.type.startswith("task-queue.") and not one.task_sid)
        or one.type == "worker.activity.update"
    ]
    for at in range(0, 60, 6):
        ingest.ingest(workspace, moves[at : at + 6], True, made_up.NOW)
    assert Membership.objects.exists()
    assert rebuild.differences(workspace) == []
