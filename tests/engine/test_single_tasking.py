"""One task at a time: what queues and instructions make a worker do."""

import pytest

from taskrouter.engine import commands
from taskrouter.engine.records import Task, Worker
from taskrouter.engine.refusal import Refused
from tests.builders import ACCOUNT, Centre, to, when


@pytest.fixture
def centre() -> Centre:
    centre = Centre()
    made = centre.do(
        commands.CreateWorkspace(
            account_sid=ACCOUNT,
            friendly_name="Old floor",
            multi_task_enabled=False,
        )
    )
    centre.ws = made.sid
    centre.do(commands.CreateActivity(workspace_sid=centre.ws, friendly_name="Break"))
    return centre


def flow(centre: Centre, **queue: object) -> str:
    queue.setdefault("reservation_activity_sid", centre.activity("Reserved"))
    queue.setdefault("assignment_activity_sid", centre.activity("Busy"))
    return centre.workflow(default=centre.queue(**queue))  # type: ignore[arg-type]


def ringing(centre: Centre) -> tuple[Worker, Task]:
    """Ann, and the task that rings at her."""
    workflow = flow(centre)
    ann = centre.worker("Ann")
    return ann, centre.task(workflow)


def doing(centre: Centre, worker: object) -> str:
    sid = centre.now_of(worker).activity_sid
    return str(centre.state.activities[sid].friendly_name)


def test_the_queue_says_what_he_does_while_it_has_him(centre):
    ann, task = ringing(centre)
    assert doing(centre, ann) == "Reserved"
    centre.answer(task)
    assert doing(centre, ann) == "Busy"


def test_what_he_returns_to_is_not_deleted_while_he_rings(centre):
    workflow = flow(centre)
    centre.do(
        commands.CreateActivity(
            workspace_sid=centre.ws, friendly_name="Ready", available=True
        )
    )
    ann = centre.worker("Ann", "Ready")
    task = centre.task(workflow)
    delete = commands.DeleteActivity(
        workspace_sid=centre.ws, sid=centre.activity("Ready")
    )
    with pytest.raises(Refused, match="where a worker goes"):
        centre.do(delete)
    centre.answer(task)
    centre.do(delete)
    assert doing(centre, ann) == "Busy"


def test_who_rejects_returns_to_what_he_did_before(centre):
    workflow = flow(centre)
    ann = centre.worker("Ann")
    task = centre.task(workflow)
    centre.end(centre.task(workflow), "canceled")
    centre.answer(task, "rejected")
    moves = [
        (
            event.data["worker_previous_activity_name"],
            event.data["worker_activity_name"],
        )
        for event in centre.events
        if event.type == "worker.activity.update" and event.worker_sid == ann.sid
    ]
    # He is available again, so the task rings at him once more.
    assert moves[:2] == [("Idle", "Reserved"), ("Reserved", "Idle")]


def test_who_rejects_with_an_activity_goes_there(centre):
    ann, task = ringing(centre)
    centre.do(
        commands.UpdateReservation(
            workspace_sid=centre.ws,
            sid=centre.offers(task)[-1].sid,
            reservation_status="rejected",
            worker_activity_sid=centre.activity("Break"),
        )
    )
    assert doing(centre, ann) == "Break"


def test_who_does_not_answer_goes_to_the_timeout_activity(centre):
    workflow = flow(centre)
    ann = centre.worker("Ann")
    centre.task(workflow)
    centre.pass_time(120)
    assert doing(centre, ann) == "Offline"


def test_who_loses_an_offer_to_others_returns_to_what_he_did_before(centre):
    workflow = flow(centre, max_reserved_workers=2)
    ann, bob = centre.worker("Ann"), centre.worker("Bob")
    task = centre.task(workflow)
    centre.answer(task, nth=0)
    assert (doing(centre, ann), doing(centre, bob)) == ("Busy", "Idle")


def test_whose_caller_hangs_up_returns_to_what_he_did_before(centre):
    workflow = flow(centre)
    ann = centre.worker("Ann")
    centre.end(centre.task(workflow), "canceled", "hangup")
    assert doing(centre, ann) == "Idle"


def test_who_was_moved_while_it_rang_stays_there(centre):
    ann, task = ringing(centre)
    centre.set_activity(ann, "Break")
    centre.answer(task, "rejected")
    assert doing(centre, ann) == "Break"


@pytest.mark.parametrize("other", ["", "Break"])
def test_whose_queue_has_another_activity_by_now_returns_all_the_same(centre, other):
    ann, task = ringing(centre)
    centre.do(
        commands.UpdateTaskQueue(
            workspace_sid=centre.ws,
            sid=centre.now_of(task).task_queue_sid,
            reservation_activity_sid=other and centre.activity(other),
        )
    )
    centre.end(task, "canceled")
    assert doing(centre, ann) == "Idle"


def test_who_lets_go_once_many_tasks_at_a_time_are_allowed_returns_too(centre):
    ann, task = ringing(centre)
    centre.do(
        commands.UpdateWorkspace(workspace_sid=centre.ws, multi_task_enabled=True)
    )
    with pytest.raises(Refused):
        centre.do(
            commands.DeleteActivity(
                workspace_sid=centre.ws, sid=centre.activity("Idle")
            )
        )
    centre.end(task, "canceled")
    assert doing(centre, ann) == "Idle"


def test_who_is_sent_where_it_rings_and_rejects_all_stays_there(centre):
    ann, task = ringing(centre)
    centre.set_activity(ann, "Reserved", reject_pending_reservations=True)
    assert (doing(centre, ann), centre.offered_to(task)) == ("Reserved", [])


def test_finishing_leaves_him_where_he_is_but_for_a_post_work_activity(centre):
    ann, task = ringing(centre)
    centre.answer(task)
    centre.answer(task, "completed")
    assert doing(centre, ann) == "Busy"


def test_several_tasks_at_once_give_room_to_whoever_has_only_one(centre):
    workflow = flow(centre, reservation_activity_sid="")
    centre.worker("Ann")
    centre.task(workflow, task_channel="voice")
    chat = centre.task(workflow, task_channel="chat")
    assert centre.offered_to(chat) == []
    centre.do(
        commands.UpdateWorkspace(workspace_sid=centre.ws, multi_task_enabled=True)
    )
    assert centre.offered_to(chat) == ["Ann"]


def test_with_many_tasks_at_a_time_no_queue_moves_anybody():
    centre = Centre()
    activity = centre.activity("Unavailable")
    fields = ("reservation_activity_sid", "assignment_activity_sid")
    workflow = centre.workflow(default=centre.queue(**dict.fromkeys(fields, activity)))
    ann = centre.worker("Ann")
    task = centre.task(workflow)
    assert doing(centre, ann) == "Available"
    centre.answer(task)
    assert doing(centre, ann) == "Available"


def test_who_has_no_capacity_on_a_channel_has_none_of_it_left(centre):
    left = "worker.channel.voice.available_capacity_percentage"
    target = to(centre.queue(), expression=f"{left} == 0")
    workflow = centre.workflow(when("1==1", target))
    ann = centre.worker("Ann")
    task = centre.task(workflow, task_channel="voice")
    assert centre.offered_to(task) == []
    centre.set_capacity(ann, "voice", 0)
    assert centre.offered_to(task) == ["Ann"]


def test_who_has_a_task_in_hand_has_no_room_once_it_is_one_at_a_time(centre):
    centre.ws = centre.workspace.sid
    workflow = centre.workflow(default=centre.queue())
    ann = centre.worker("Ann")
    centre.set_capacity(ann, "default", 3)
    centre.answer(centre.task(workflow))
    # A task that looks for workers makes the engine know who has room by now.
    centre.task(workflow_sid=centre.workflow(default=centre.queue("Q", "1==2")))
    update = {"workspace_sid": centre.ws}
    centre.do(commands.UpdateWorkspace(**update, multi_task_enabled=False))
    waiting = centre.task(workflow)
    assert centre.offered_to(waiting) == []
    centre.do(commands.UpdateWorkspace(**update, multi_task_enabled=True))
    assert centre.offered_to(waiting) == ["Ann"]
    assert centre.offered_to(centre.task(workflow)) == ["Ann"]


def test_whoever_is_idle_longest_rings_first_when_many_tasks_at_a_time_begin(centre):
    queue = centre.queue(max_reserved_workers=2)
    workflow = centre.workflow(default=queue)
    ann, bob = centre.worker("Ann"), centre.worker("Bob")
    for worker in (ann, bob):
        centre.set_capacity(worker, "default", 2)
    centre.pass_time(1)
    centre.answer(centre.task(routing_target=bob.sid))
    centre.pass_time(1)
    centre.answer(centre.task(routing_target=ann.sid))
    waiting = centre.task(workflow)
    centre.do(
        commands.UpdateWorkspace(workspace_sid=centre.ws, multi_task_enabled=True)
    )
    assert centre.offered_to(waiting) == ["Bob", "Ann"]


def test_who_has_room_for_several_takes_one_and_then_it_is_the_others_turn(centre):
    workflow = centre.workflow(default=centre.queue())
    for name in ("Ann", "Bob"):
        worker = centre.worker(name)
        centre.set_capacity(worker, "default", 3)
        centre.answer(centre.task(routing_target=worker.sid))
    waiting = [centre.task(workflow) for _ in range(3)]
    centre.do(
        commands.UpdateWorkspace(workspace_sid=centre.ws, multi_task_enabled=True)
    )
    offered = [centre.offered_to(task) for task in waiting]
    assert offered == [["Ann"], ["Bob"], ["Ann"]]
