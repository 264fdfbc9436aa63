"""An assigned task is handed over to another worker or another queue."""

import pytest

from taskrouter.engine import commands
from taskrouter.engine.refusal import Refused
from tests.engine.handover import Floor


@pytest.fixture
def floor() -> Floor:
    return Floor()


def test_a_cold_transfer_to_a_queue_is_told_in_causal_order(floor):
    floor.transfer(floor.second, "COLD")
    floor.answer("Bob", "accepted")
    assert floor.told() == [
        "task.transfer-initiated",
        "reservation.wrapup",
        "task-queue.moved",
        "task-queue.entered",
        "reservation.created",
        "reservation.accepted",
        "task.transfer-completed",
    ]


def test_in_a_warm_transfer_the_first_worker_keeps_talking(floor):
    floor.transfer(floor.second)
    assert [one.reservation_status for one in floor.centre.offers(floor.task)] == [
        "accepted",
        "pending",
    ]
    floor.answer("Bob", "accepted")
    floor.answer("Ann", "completed")
    assert floor.status == "assigned"
    floor.answer("Bob", "completed")
    assert floor.status == "completed"


def test_the_task_keeps_its_sid_and_its_age(floor):
    floor.transfer(floor.second)
    event = floor.centre.events[-1]
    assert event.task_sid == floor.task.sid
    assert event.data["task_age"] == "60"


def test_while_it_is_handed_over_events_call_it_transferring(floor):
    floor.centre.set_activity(floor.bob, "Offline")
    floor.transfer(floor.second)
    assert floor.status == "pending"
    assert floor.centre.events[-1].data["task_assignment_status"] == "transferring"


def test_the_first_worker_may_finish_before_the_second_begins(floor):
    floor.centre.set_activity(floor.bob, "Offline")
    floor.transfer(floor.second)
    floor.answer("Ann", "completed")
    assert floor.status == "pending"
    floor.centre.set_activity(floor.bob, "Available")
    floor.answer("Bob", "accepted")
    assert floor.status == "assigned"


def test_a_transfer_to_a_worker_asks_him_whether_he_belongs_to_the_queue_or_not(floor):
    floor.transfer(floor.bob.sid)
    assert floor.centre.offered_to(floor.task) == ["Bob"]
    task = floor.centre.now_of(floor.task)
    assert task.task_queue_sid == floor.task.task_queue_sid
    assert "task-queue.entered" not in floor.told()


def test_a_worker_without_room_is_asked_once_he_has_some(floor):
    floor.centre.set_capacity(floor.bob, "default", 0)
    floor.transfer(floor.bob.sid)
    assert floor.centre.offered_to(floor.task) == []
    floor.centre.set_capacity(floor.bob, "default", 1)
    assert floor.centre.offered_to(floor.task) == ["Bob"]


def test_a_worker_who_is_deleted_before_he_has_room_ends_the_transfer(floor):
    floor.centre.set_capacity(floor.bob, "default", 0)
    transfer = floor.transfer(floor.bob.sid)
    floor.centre.do(
        commands.DeleteWorker(workspace_sid=floor.centre.ws, sid=floor.bob.sid)
    )
    assert floor.status == "assigned"
    assert floor.told()[-2:] == ["task.transfer-failed", "worker.deleted"]
    failed = floor.centre.state.transfers[transfer.sid]
    assert (failed.status, failed.failed_reason) == ("failed", "Worker deleted")


def test_an_unavailable_worker_is_refused(floor):
    floor.centre.set_activity(floor.bob, "Offline")
    assert "not available" in floor.refusal(floor.bob.sid)


def test_what_is_no_worker_or_queue_is_refused(floor):
    assert floor.refusal("WW1").startswith("To:")
    assert floor.refusal("WQ1").startswith("To:")
    assert "already" in floor.refusal(floor.ann.sid)
    assert floor.refusal(floor.second, mode="HOT").startswith("Mode:")


def test_only_an_assigned_task_is_handed_over(floor):
    floor.transfer(floor.second)
    assert "Cannot transfer" in floor.refusal(floor.second)


@pytest.mark.parametrize("priority", [0, 2_147_483_647])
def test_a_priority_may_be_the_lowest_or_the_highest(floor, priority):
    floor.transfer(floor.second, priority=priority)
    assert floor.centre.now_of(floor.task).priority == priority


def test_attributes_and_priority_may_go_with_it(floor):
    floor.transfer(floor.second, attributes='{"note": "vip"}', priority=8)
    task = floor.centre.now_of(floor.task)
    assert (task.attributes, task.priority) == ('{"note": "vip"}', 8)


@pytest.mark.parametrize(
    ("instruction", "code"), [("call", 40151), ("dequeue", 40151), ("redirect", 40151)]
)
def test_a_transferred_reservation_takes_few_instructions(floor, instruction, code):
    floor.transfer(floor.second)
    command = commands.UpdateReservation(
        workspace_sid=floor.centre.ws,
        sid=floor.centre.offers(floor.task)[-1].sid,
        instruction=instruction,
    )
    with pytest.raises(Refused) as caught:
        floor.centre.do(command)
    assert caught.value.code == code


def test_a_worker_who_rejects_ends_the_transfer_and_the_first_has_it_again(floor):
    transfer = floor.transfer(floor.bob.sid)
    floor.answer("Bob", "rejected")
    assert floor.status == "assigned"
    assert floor.told()[-3:] == [
        "reservation.rejected",
        "task.transfer-attempt-failed",
        "task.transfer-failed",
    ]
    failed = floor.centre.state.transfers[transfer.sid]
    assert (failed.status, failed.failed_reason) == ("failed", "Reservation rejected")


def test_after_a_cold_transfer_that_fails_the_first_worker_still_wraps_up(floor):
    floor.transfer(floor.bob.sid, "COLD")
    floor.answer("Bob", "rejected")
    assert floor.status == "wrapping"


def test_a_queue_asks_the_next_worker_when_one_rejects(floor):
    floor.transfer(floor.second)
    floor.centre.worker("Cid", team=2)
    floor.answer("Bob", "rejected")
    assert floor.centre.offered_to(floor.task) == ["Cid"]
    assert floor.told()[-3:] == [
        "reservation.rejected",
        "task.transfer-attempt-failed",
        "reservation.created",
    ]


def test_a_failed_transfer_that_nobody_holds_any_more_cancels_the_task(floor):
    floor.transfer(floor.bob.sid)
    floor.answer("Ann", "completed")
    floor.answer("Bob", "rejected")
    assert floor.status == "canceled"
    assert floor.told()[-2:] == ["task.transfer-failed", "task.canceled"]


def test_a_transfer_waits_as_long_as_the_task_may_live_and_no_longer():
    floor = Floor()
    floor.centre.set_activity(floor.bob, "Offline")
    floor.centre.pass_time(80_000)
    floor.transfer(floor.second)
    floor.centre.pass_time(86_399)
    assert floor.status == "pending"
    floor.centre.pass_time(1)
    assert (floor.status, floor.told()[-1]) == ("assigned", "task.transfer-failed")


def test_a_transfer_may_be_called_off(floor):
    transfer = floor.transfer(floor.second)
    floor.centre.do(
        commands.CancelTransfer(workspace_sid=floor.centre.ws, sid=transfer.sid)
    )
    assert floor.status == "assigned"
    assert floor.told()[-2:] == ["reservation.canceled", "task.transfer-canceled"]


def test_a_caller_who_hangs_up_meanwhile_ends_the_transfer_and_both_legs(floor):
    floor.transfer(floor.second)
    floor.centre.end(floor.task, "canceled", "hangup")
    assert floor.told()[-4:] == [
        "reservation.canceled",
        "task.transfer-canceled",
        "reservation.canceled",
        "task.canceled",
    ]


def test_several_who_ring_are_one_transfer():
    floor = Floor(max_reserved_workers=2)
    floor.centre.worker("Cid", team=2)
    floor.transfer(floor.second)
    floor.answer("Cid", "accepted")
    assert floor.told()[-3:] == [
        "reservation.accepted",
        "reservation.rescinded",
        "task.transfer-completed",
    ]


def test_whoever_hands_over_is_not_asked_himself(floor):
    floor.centre.do(
        commands.UpdateWorkerChannel(
            workspace_sid=floor.centre.ws,
            worker_sid=floor.ann.sid,
            sid="default",
            capacity=2,
        )
    )
    first = str(floor.task.task_queue_sid)
    floor.transfer(first)
    assert floor.centre.offered_to(floor.task) == []


def test_a_transferred_task_may_be_transferred_again(floor):
    floor.transfer(floor.second)
    floor.answer("Bob", "accepted")
    floor.answer("Ann", "completed")
    floor.transfer(floor.ann.sid)
    floor.answer("Ann", "accepted")
    assert floor.status == "assigned"


def test_with_two_on_the_task_the_request_says_who_hands_over(floor):
    floor.transfer(floor.second)
    floor.answer("Bob", "accepted")
    cid = floor.centre.worker("Cid")
    assert floor.refusal(cid.sid).startswith("ReservationSid:")
    own = floor.centre.offers(floor.task)[0]
    made = floor.transfer(cid.sid, reservation_sid=own.sid)
    assert made.initiating_worker_sid == floor.ann.sid
