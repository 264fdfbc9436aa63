"""A task that rings at several workers at once."""

import json

import pytest

from taskrouter.engine import commands, reservations
from tests.builders import Centre, to, when


@pytest.fixture
def centre() -> Centre:
    return Centre()


def ringing(centre: Centre, most: int) -> str:
    return centre.workflow(default=centre.queue(max_reserved_workers=most))


def test_it_rings_at_those_who_become_free_while_it_rings(centre):
    workflow = ringing(centre, 3)
    centre.worker("Ann")
    task = centre.task(workflow)
    for name in ("Bob", "Cid", "Dot"):
        centre.worker(name)
    assert centre.offered_to(task) == ["Ann", "Bob", "Cid"]


def test_a_task_that_rings_nowhere_comes_before_one_that_rings_elsewhere(centre):
    workflow = ringing(centre, 2)
    centre.worker("Ann")
    first, second = centre.task(workflow), centre.task(workflow)
    centre.worker("Bob")
    assert (centre.offered_to(first), centre.offered_to(second)) == (["Ann"], ["Bob"])


def test_who_rejects_is_replaced_and_not_asked_again_while_it_rings(centre):
    workflow = ringing(centre, 2)
    for name in ("Ann", "Bob", "Cid"):
        centre.worker(name)
    task = centre.task(workflow)
    centre.answer(task, "rejected", nth=0)
    assert centre.offered_to(task) == ["Bob", "Cid"]
    centre.answer(task, "rejected", nth=1)
    assert centre.offered_to(task) == ["Cid"]


def test_once_nobody_rings_everybody_may_be_asked_again(centre):
    workflow = ringing(centre, 2)
    centre.worker("Ann")
    centre.worker("Bob")
    task = centre.task(workflow)
    centre.answer(task, "rejected", nth=0)
    centre.answer(task, "rejected", nth=1)
    assert sorted(centre.offered_to(task)) == ["Ann", "Bob"]


def test_a_target_that_is_over_gets_no_new_offers(centre):
    queue = centre.queue(max_reserved_workers=2)
    workflow = centre.workflow(when("1==1", to(queue, timeout=10)), default=queue)
    centre.worker("Ann")
    task = centre.task(workflow)
    centre.pass_time(10)
    centre.worker("Bob")
    assert centre.offered_to(task) == ["Ann"]


def test_a_queue_that_may_ring_at_more_does_so_at_once(centre):
    queue = centre.queue()
    workflow = centre.workflow(default=queue)
    centre.worker("Ann")
    centre.worker("Bob")
    task = centre.task(workflow)
    centre.do(
        commands.UpdateTaskQueue(
            workspace_sid=centre.ws, sid=queue, max_reserved_workers=2
        )
    )
    assert centre.offered_to(task) == ["Ann", "Bob"]


def test_a_task_that_changes_while_it_rings_may_ring_at_others_too(centre):
    queue = centre.queue(max_reserved_workers=2)
    step = to(queue, expression="worker.team == task.team OR task.team == 'any'")
    workflow = centre.workflow(when("1==1", step))
    centre.worker("Ann", team="a")
    centre.worker("Bob", team="b")
    task = centre.task(workflow, attributes={"team": "a"})
    changes = commands.UpdateTask(
        workspace_sid=centre.ws, sid=task.sid, attributes='{"team": "any"}'
    )
    centre.do(changes)
    assert centre.offered_to(task) == ["Ann", "Bob"]


def test_what_is_counted_is_how_often_it_begins_to_ring(centre):
    workflow = ringing(centre, 3)
    for name in ("Ann", "Bob", "Cid"):
        centre.worker(name)
    assert centre.now_of(centre.task(workflow)).assignments == 1


def test_after_a_thousand_assignments_it_is_canceled(centre):
    workflow = ringing(centre, 1)
    centre.worker("Ann")
    task = centre.task(workflow)
    for _ in range(reservations.MOST_ASSIGNMENTS - 1):
        centre.answer(task, "rejected")
    assert centre.offered_to(task) == ["Ann"]
    centre.answer(task, "rejected")
    assert (
        centre.now_of(task).reason
        == "Task TTL Exceeded or Max assignment count exceeded"
    )


def test_a_queue_that_rings_at_fewer_than_before_rings_at_nobody_new():
    centre = Centre()
    queue = centre.queue(max_reserved_workers=3)
    centre.worker("Ann")
    centre.worker("Bob")
    task = centre.task(centre.workflow(default=queue))
    centre.do(
        commands.UpdateTaskQueue(
            workspace_sid=centre.ws, sid=queue, max_reserved_workers=1
        )
    )
    centre.worker("Cem")
    assert sorted(centre.offered_to(task)) == ["Ann", "Bob"]


def test_a_task_for_a_known_worker_rings_at_one_also_if_another_takes_his_name():
    centre = Centre()
    queue = centre.queue(max_reserved_workers=2)
    ann = centre.worker("Ann")
    held = to(queue, known_worker_friendly_name="task.agent")
    task = centre.task(centre.workflow(when("1==1", held)), attributes={"agent": "Ann"})
    centre.do(
        commands.UpdateWorker(
            workspace_sid=centre.ws, sid=ann.sid, friendly_name="Anna"
        )
    )
    centre.worker("Ann")
    centre.do(
        commands.UpdateTask(
            workspace_sid=centre.ws, sid=task.sid, attributes='{"agent": "Ann", "n": 1}'
        )
    )
    assert centre.offered_to(task) == ["Anna"]


@pytest.mark.parametrize(
    ("expression", "first"),
    [
        ("worker.channel.default.assigned_tasks < 1", "wrapping"),
        ("worker.channel.default.assigned_tasks > 0", "accepted"),
        ("worker.channel.default.available_capacity_percentage < 100", ""),
    ],
)
def test_a_step_that_asks_what_a_worker_has_in_hand_suits_him_once_it_holds(
    centre, expression, first
):
    ann = centre.worker("Ann")
    centre.set_capacity(ann, "default", 2)
    queue = centre.queue()
    plain = centre.workflow(default=queue)
    busy = centre.workflow(when("1==1", to(queue, expression=expression)))
    one = centre.task(plain)
    if first == "wrapping":
        centre.answer(one)
    other = centre.task(busy)
    if first:
        assert centre.offered_to(other) == []
        centre.answer(one, first)
    assert centre.offered_to(other) == ["Ann"]


def test_a_default_filter_that_asks_what_he_has_in_hand_suits_him_too_once_it_holds(
    centre,
):
    ann = centre.worker("Ann")
    centre.set_capacity(ann, "default", 2)
    queue = centre.queue()
    idle = to(queue, expression="worker.channel.default.assigned_tasks < 1")
    routing = {"task_routing": {"default_filter": idle}}
    flow = centre.do(
        commands.CreateWorkflow(
            workspace_sid=centre.ws,
            friendly_name="Idle",
            configuration=json.dumps(routing),
        )
    )
    one = centre.task(centre.workflow(default=queue))
    centre.answer(one)
    other = centre.task(flow.sid)
    assert centre.offered_to(other) == []
    centre.answer(one, "wrapping")
    assert centre.offered_to(other) == ["Ann"]


def test_a_filter_that_speaks_of_a_channel_asks_nothing_of_workers(centre):
    queue = centre.queue()
    centre.workflow(when("channel == 'voice'", to(queue, expression="worker.n > 1")))
    assert not centre.state.asking.in_workspace(centre.ws)
    asked = to(queue, expression="worker.channel.voice.assigned_tasks < 1")
    flow = centre.workflow(when("1==1", to(queue), asked))
    assert centre.state.asking.in_workspace(centre.ws)
    centre.do(commands.DeleteWorkflow(workspace_sid=centre.ws, sid=flow))
    assert not centre.state.asking.in_workspace(centre.ws)
