"""Who is first: among the tasks a worker could take, among the workers for a task."""

import json

import pytest

from taskrouter.engine import commands
from tests.builders import Centre, to, when


@pytest.fixture
def centre() -> Centre:
    return Centre()


def test_a_task_that_ignores_capacity_does_not_wait_behind_one_that_respects_it(centre):
    workflow = centre.workflow(default=centre.queue())
    ann = centre.worker("Ann")
    centre.answer(centre.task(workflow))
    respects = centre.task(routing_target=ann.sid, ignore_capacity=False)
    ignores = centre.task(routing_target=ann.sid)
    assert centre.offered_to(respects) == []
    assert centre.offered_to(ignores) == ["Ann"]


@pytest.mark.parametrize(
    ("first", "order"), [("FIFO", "LIFO"), ("LIFO", "FIFO"), ("LIFO", "LIFO")]
)
def test_a_workers_own_line_is_of_the_kind_that_is_emptied_first(centre, first, order):
    centre.do(
        commands.UpdateWorkspace(workspace_sid=centre.ws, prioritize_queue_order=first)
    )
    workflow = centre.workflow(default=centre.queue(task_order=order))
    ann = centre.worker("Ann", "Offline")
    own = centre.task(routing_target=ann.sid, ignore_capacity=False)
    centre.pass_time(1)
    others = centre.task(workflow)
    centre.set_activity(ann, "Available")
    assert (centre.offered_to(own), centre.offered_to(others)) == (["Ann"], [])


def test_a_value_that_is_no_whole_number_disregards_its_clause(centre):
    workflow = centre.workflow(
        when("1==1", to(centre.queue(), order_by="worker.level DESC, worker.age"))
    )
    centre.worker("Ann", level=2.5, age=40)
    centre.worker("Bob", level=9, age=30)
    assert centre.offered_to(centre.task(workflow)) == ["Bob"]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_who_lacks_the_value_comes_last_in_both_directions(centre, direction):
    workflow = centre.workflow(
        when("1==1", to(centre.queue(), order_by=f"worker.level {direction}"))
    )
    centre.worker("Ann")
    centre.worker("Bob", level=1)
    assert centre.offered_to(centre.task(workflow)) == ["Bob"]


def test_moving_between_available_activities_keeps_the_place_in_line(centre):
    centre.do(
        commands.CreateActivity(
            workspace_sid=centre.ws, friendly_name="Mail", available=True
        )
    )
    workflow = centre.workflow(default=centre.queue())
    ann = centre.worker("Ann")
    centre.pass_time(1)
    centre.worker("Bob")
    centre.pass_time(1)
    centre.set_activity(ann, "Mail")
    assert centre.offered_to(centre.task(workflow)) == ["Ann"]


def test_an_optimized_channel_has_an_idle_clock_of_its_own(centre):
    workflow = centre.workflow(default=centre.queue())
    centre.do(
        commands.UpdateTaskChannel(
            workspace_sid=centre.ws, sid="chat", channel_optimized_routing=True
        )
    )
    for name in ("Ann", "Bob"):
        worker = centre.worker(name)
        centre.set_capacity(worker, "chat", 5)
    ring = centre.task(workflow, task_channel="voice")
    assert centre.offered_to(ring) == ["Ann"]
    chats = [centre.task(workflow, task_channel="chat") for _ in range(3)]
    names = [centre.offered_to(chat) for chat in chats]
    assert names == [["Ann"], ["Bob"], ["Ann"]]


def test_who_comes_back_stands_behind_on_a_channel_with_clocks_of_its_own_too(centre):
    workflow = centre.workflow(default=centre.queue())
    centre.do(
        commands.UpdateTaskChannel(
            workspace_sid=centre.ws, sid="chat", channel_optimized_routing=True
        )
    )
    ann = centre.worker("Ann", "Unavailable")
    centre.worker("Bob")
    centre.pass_time(60)
    centre.set_activity(ann, "Available")
    assert centre.offered_to(centre.task(workflow, task_channel="chat")) == ["Bob"]


def test_a_renamed_activity_offers_what_waits_for_its_name(centre):
    workflow = centre.workflow(default=centre.queue(workers="activity_name == 'Ready'"))
    centre.worker("Ann")
    task = centre.task(workflow)
    centre.do(
        commands.UpdateActivity(
            workspace_sid=centre.ws,
            sid=centre.activity("Available"),
            friendly_name="Ready",
        )
    )
    assert centre.offered_to(task) == ["Ann"]


def test_more_capacity_puts_a_worker_back_where_his_idleness_belongs(centre):
    workflow = centre.workflow(default=centre.queue())
    ann = centre.worker("Ann")
    centre.set_capacity(ann, "default", 0)
    centre.worker("Bob")
    centre.set_capacity(ann, "default", 1)
    assert centre.offered_to(centre.task(workflow)) == ["Ann"]


def test_new_skills_put_a_worker_where_his_idleness_belongs(centre):
    workflow = centre.workflow(default=centre.queue(workers="level > 1"))
    ann = centre.worker("Ann")
    centre.worker("Bob", level=2)
    centre.end(centre.task(workflow), "canceled")
    centre.do(
        commands.UpdateWorker(
            workspace_sid=centre.ws, sid=ann.sid, attributes=json.dumps({"level": 2})
        )
    )
    assert centre.offered_to(centre.task(workflow)) == ["Ann"]


@pytest.mark.parametrize(
    ("order_by", "first"),
    [
        ("worker.channel.voice.assigned_tasks", "Cid"),
        ("worker.channel.voice.assigned_tasks DESC", "Ann"),
        ("worker.channel.voice.available_capacity_percentage DESC", "Cid"),
        ("worker.channel.voice.configured_capacity DESC, worker.rank", "Bob"),
    ],
)
def test_what_a_worker_has_in_hand_on_a_channel_orders_the_line(
    centre, order_by, first
):
    queue = centre.queue()
    ordered = centre.workflow(when("1==1", to(queue, order_by=order_by)))
    for rank, name in enumerate(["Cid", "Bob", "Ann"]):
        worker = centre.worker(name, rank=rank)
        centre.set_capacity(worker, "voice", 3 if name == "Cid" else 4)
        if name == "Ann":
            busy = centre.task(routing_target=worker.sid, task_channel="voice")
            centre.answer(busy)
        if name == "Bob":
            centre.task(routing_target=worker.sid, task_channel="voice")
    task = centre.task(ordered, task_channel="voice")
    assert centre.offered_to(task) == [first]


def test_what_is_left_of_a_capacity_is_rounded_down(centre):
    ann = centre.worker("Ann")
    centre.set_capacity(ann, "voice", 101)
    for _ in range(100):
        straight = {"routing_target": ann.sid, "ignore_capacity": False}
        centre.answer(centre.task(task_channel="voice", **straight))
    left = "worker.channel.voice.available_capacity_percentage"
    target = to(centre.queue(), expression=f"{left} == 0")
    flow = centre.workflow(when("1==1", target))
    assert centre.offered_to(centre.task(flow, task_channel="voice")) == ["Ann"]
