"""A task's way to a worker: filters, targets, timeouts, order."""

import json

import pytest

from taskrouter.engine import commands
from tests.builders import Centre, to, when


@pytest.fixture
def centre() -> Centre:
    return Centre()


def simple(centre: Centre, **queue: object) -> str:
    return centre.workflow(default=centre.queue(**queue))  # type: ignore[arg-type]


def test_a_task_is_offered_to_a_worker_with_room(centre):
    workflow = simple(centre)
    centre.worker("Ann")
    assert centre.offered_to(centre.task(workflow)) == ["Ann"]


def test_an_ordinary_task_tells_its_life_in_causal_order(centre):
    workflow = simple(centre)
    centre.worker("Ann")
    already = len(centre.events)
    task = centre.task(workflow)
    centre.answer(task)
    centre.answer(task, "wrapping")
    centre.answer(task, "completed")
    assert centre.types()[already:] == [
        "task.created",
        "workflow.entered",
        "workflow.target-matched",
        "task-queue.entered",
        "reservation.created",
        "reservation.accepted",
        "reservation.wrapup",
        "task.wrapup",
        "reservation.completed",
        "task.completed",
    ]


def test_a_worker_without_capacity_is_not_offered_a_task(centre):
    workflow = simple(centre)
    ann = centre.worker("Ann")
    centre.set_capacity(ann, "default", 0)
    assert centre.offered_to(centre.task(workflow)) == []


def test_a_worker_who_becomes_available_takes_the_first_in_line(centre):
    workflow = simple(centre)
    ann = centre.worker("Ann", activity="Offline")
    second = centre.task(workflow)
    first = centre.task(workflow, priority=5)
    centre.set_activity(ann, "Available")
    assert (centre.offered_to(first), centre.offered_to(second)) == (["Ann"], [])


def test_a_lifo_queue_gives_the_newest_whatever_its_priority(centre):
    workflow = simple(centre, task_order="LIFO")
    ann = centre.worker("Ann", activity="Offline")
    old = centre.task(workflow, priority=9)
    centre.pass_time(1)
    new = centre.task(workflow)
    centre.set_activity(ann, "Available")
    assert (centre.offered_to(new), centre.offered_to(old)) == (["Ann"], [])


def test_the_longest_idle_worker_is_chosen(centre):
    workflow = simple(centre)
    centre.worker("Ann")
    centre.pass_time(5)
    centre.worker("Bob")
    first, second = centre.task(workflow), centre.task(workflow)
    assert (centre.offered_to(first), centre.offered_to(second)) == (["Ann"], ["Bob"])


def test_order_by_comes_before_idle_time_and_no_number_sorts_last(centre):
    queue = centre.queue()
    workflow = centre.workflow(when("1==1", to(queue, order_by="worker.level DESC")))
    centre.worker("Ann")
    centre.worker("Bob", level=2)
    centre.worker("Cid", level=7)
    offered = [centre.offered_to(centre.task(workflow)) for _ in range(3)]
    assert offered == [["Cid"], ["Bob"], ["Ann"]]


def test_the_first_filter_that_matches_is_entered(centre):
    a, b = centre.queue("A"), centre.queue("B")
    workflow = centre.workflow(
        when("kind == 'x'", to(a)), when("kind == 'y'", to(b)), default=a
    )
    task = centre.task(workflow, attributes={"kind": "y"})
    assert task.task_queue_sid == b


def test_a_target_expression_compares_task_and_worker(centre):
    queue = centre.queue()
    workflow = centre.workflow(
        when("1==1", to(queue, expression="task.language IN worker.languages"))
    )
    centre.worker("Ann", languages=["en"])
    centre.worker("Bob", languages=["es", "en"])
    task = centre.task(workflow, attributes={"language": "es"})
    assert centre.offered_to(task) == ["Bob"]


def test_a_target_that_times_out_moves_the_task_on(centre):
    a, b = centre.queue("A", "1==2"), centre.queue("B")
    workflow = centre.workflow(when("1==1", to(a, timeout=30), to(b, priority=7)))
    centre.worker("Ann")
    task = centre.task(workflow)
    centre.pass_time(30)
    moved = centre.now_of(task)
    assert (moved.task_queue_sid, moved.priority) == (b, 7)
    assert centre.offered_to(task) == ["Ann"]


def test_target_timeouts_add_up_from_the_creation_of_the_task(centre):
    a = centre.queue("A", "1==2")
    workflow = centre.workflow(when("1==1", to(a, timeout=30), to(a, timeout=20)))
    task = centre.task(workflow)
    centre.pass_time(49.9)
    assert centre.now_of(task).assignment_status == "pending"
    centre.pass_time(0.1)
    assert centre.now_of(task).assignment_status == "canceled"
    assert centre.types()[-3:] == [
        "task-queue.timeout",
        "workflow.timeout",
        "task.canceled",
    ]


def test_skip_if_is_asked_only_when_nobody_can_take_the_task(centre):
    a, b = centre.queue("A"), centre.queue("B", "1==2")
    workflow = centre.workflow(when("1==1", to(a, skip_if="1==1"), to(b)))
    assert centre.task(workflow).task_queue_sid == b
    centre.worker("Ann")
    assert centre.task(workflow).task_queue_sid == a


def test_skip_if_sees_the_workers_of_its_own_queue(centre):
    a, b = centre.queue("A", "team == 'a'"), centre.queue("B", "1==2")
    centre.worker("Bob", team="b")
    workflow = centre.workflow(
        when("1==1", to(a, skip_if="workers.available == 0"), to(b))
    )
    assert centre.task(workflow).task_queue_sid == b


def test_skipped_filters_lead_to_the_default_filter(centre):
    a, b = centre.queue("A", "1==2"), centre.queue("B")
    workflow = centre.workflow(when("1==1", to(a, skip_if="1==1")), default=b)
    assert centre.task(workflow).task_queue_sid == b
    assert "workflow.skipped" in centre.types()


def test_a_known_worker_is_the_only_one_offered(centre):
    queue = centre.queue()
    workflow = centre.workflow(
        when("1==1", to(queue, known_worker_sid="task.preferred"))
    )
    centre.worker("Ann")
    bob = centre.worker("Bob")
    task = centre.task(workflow, attributes={"preferred": bob.sid})
    assert centre.offered_to(task) == ["Bob"]


def test_an_unknown_known_worker_keeps_the_task_waiting(centre):
    queue = centre.queue()
    workflow = centre.workflow(
        when("1==1", to(queue, known_worker_sid="task.preferred"))
    )
    centre.worker("Ann")
    assert centre.offered_to(centre.task(workflow)) == []


def test_several_reserved_workers_ring_at_once_and_the_first_wins(centre):
    workflow = simple(centre, max_reserved_workers=3)
    for name in ("Ann", "Bob", "Cid", "Dot"):
        centre.worker(name)
        centre.pass_time(1)
    task = centre.task(workflow)
    assert centre.offered_to(task) == ["Ann", "Bob", "Cid"]
    centre.answer(task, nth=1)
    statuses = [one.reservation_status for one in centre.offers(task)]
    assert statuses == ["rescinded", "accepted", "rescinded"]


def test_new_attributes_send_a_pending_task_through_its_workflow_again(centre):
    a, b = centre.queue("A", "1==2"), centre.queue("B", "1==2")
    workflow = centre.workflow(when("vip == true", to(b)), default=a)
    task = centre.task(workflow)
    centre.do(
        commands.UpdateTask(
            workspace_sid=centre.ws, sid=task.sid, attributes='{"vip": true}'
        )
    )
    assert centre.now_of(task).task_queue_sid == b


def test_a_queue_that_addresses_others_offers_what_waits_there(centre):
    queue = centre.queue(workers="1==2")
    workflow = centre.workflow(default=queue)
    centre.worker("Ann")
    task = centre.task(workflow)
    centre.do(
        commands.UpdateTaskQueue(
            workspace_sid=centre.ws, sid=queue, target_workers="1==1"
        )
    )
    assert centre.offered_to(task) == ["Ann"]


def test_a_task_past_its_time_to_live_is_canceled(centre):
    workflow = simple(centre)
    centre.task(workflow, timeout=60)
    centre.pass_time(60)
    told = centre.events[-1]
    assert (told.type, told.data["reason"]) == ("task.canceled", "Task TTL Exceeded")
    assert told.description == "Task TTL Exceeded"


def test_a_finished_task_is_forgotten_after_five_minutes(centre):
    workflow = simple(centre)
    centre.worker("Ann")
    task = centre.task(workflow)
    centre.answer(task)
    centre.end(task, "completed")
    centre.pass_time(299)
    assert centre.now_of(task) is not None
    centre.pass_time(1)
    assert centre.now_of(task) is None


def test_the_default_filter_keeps_a_task_whatever_timeout_it_names(centre):
    sales = centre.queue("Sales", "sales == 1")
    configuration = {
        "task_routing": {
            "filters": [when("kind == 'x'", to(sales, timeout=5), to(sales))],
            "default_filter": {"queue": sales, "timeout": 10},
        }
    }
    workflow = centre.do(
        commands.CreateWorkflow(
            workspace_sid=centre.ws,
            friendly_name="Default with a timeout",
            configuration=json.dumps(configuration),
        )
    )
    task = centre.task(workflow.sid, attributes={"kind": "y"})
    centre.pass_time(60)
    assert centre.now_of(task).assignment_status == "pending"
    assert centre.now_of(task).filter_at == -1


def test_in_a_queue_whose_expression_is_emptied_tasks_wait_for_nobody(centre):
    queue = centre.queue("Sales", "sales == 1")
    ann = centre.worker("Ann", sales=1)
    changed = centre.do(
        commands.UpdateTaskQueue(workspace_sid=centre.ws, sid=queue, target_workers="")
    )
    assert changed.target_workers == ""
    task = centre.task(centre.workflow(default=queue))
    assert centre.offered_to(task) == []
    assert centre.offered_to(centre.task(routing_target=ann.sid)) == ["Ann"]


def test_the_template_tells_what_it_makes(centre):
    centre.do(
        commands.CreateWorkspace(
            account_sid="AC" + "0" * 32, friendly_name="Second", template="FIFO"
        )
    )
    assert centre.types()[-2:] == ["task-queue.created", "workflow.created"]


def test_what_time_causes_is_the_workspaces_own_doing(centre):
    centre.worker("Ann")
    task = centre.task(centre.workflow(default=centre.queue()), timeout=60)
    centre.pass_time(61)
    canceled = centre.events[-1]
    assert (canceled.type, canceled.task_sid) == ("task.canceled", task.sid)
    assert (canceled.source.source, canceled.actor_sid) == ("twilio", centre.ws)
