"""Transfers: an assigned task is handed over to another worker or another queue.

The task keeps its sid and its age. Until somebody accepts it is looked for as a pending
task is, while whoever hands over keeps his part: accepted in a WARM transfer, wrapping
in a COLD one.
"""

from taskrouter.engine import checks, offering, reservations, routing, task_events
from taskrouter.engine.checks import given, only_given
from taskrouter.engine.commands import CancelTransfer, CreateTransfer
from taskrouter.engine.events import Data, seconds
from taskrouter.engine.records import (
    Reservation,
    Task,
    Transfer,
    TransferStatus,
    Worker,
)
from taskrouter.engine.refusal import Refused
from taskrouter.engine.turn import Turn

MODES = ("COLD", "WARM")


def create(turn: Turn, command: CreateTransfer) -> Transfer:
    task: Task = checks.the_one(
        turn.state, "task", command.workspace_sid, command.task_sid
    )
    judge(turn, command, task)
    giving = initiating(turn, command, task)
    judge_target(turn, command, giving)
    transfer = turn.put(
        Transfer(
            sid=turn.sids.new("TT"),
            workspace_sid=task.workspace_sid,
            task_sid=task.sid,
            mode="WARM" if command.mode == "WARM" else "COLD",
            to=given(command.to, ""),
            initiating_worker_sid=giving.worker_sid,
            initiating_reservation_sid=giving.sid,
            date_created=turn.now,
            date_updated=turn.now,
        )
    )
    hand_over(turn, command, task, transfer)
    return transfer


def judge(turn: Turn, command: CreateTransfer, task: Task) -> None:
    checks.one_of("Mode", command.mode, MODES)
    checks.attributes(command.attributes)
    checks.between("Priority", command.priority, 0, routing.HIGHEST_PRIORITY)
    if task.assignment_status != "assigned":
        raise Refused(
            f"Cannot transfer task {task.sid} because it is"
            f" {'in transfer already' if task.transfer_sid else task.assignment_status};"
            " only an assigned task is handed over."
        )


def initiating(turn: Turn, command: CreateTransfer, task: Task) -> Reservation:
    """The accepted reservation whose worker hands over."""
    held = [
        one
        for one in reservations.in_hand(turn, task)
        if one.reservation_status == "accepted"
    ]
    wanted = given(command.reservation_sid, "")
    found = [one for one in held if wanted in ("", one.sid)]
    if len(found) != 1:
        raise Refused(
            "ReservationSid: give the accepted reservation of the worker who hands over;"
            f" task {task.sid} has {', '.join(one.sid for one in held) or 'none'}."
        )
    return found[0]


def judge_target(turn: Turn, command: CreateTransfer, giving: Reservation) -> None:
    to = given(command.to, "")
    kind = {"WK": "worker", "WQ": "task_queue"}.get(to[:2])
    if kind is None:
        raise Refused("To: give the sid of a Worker or of a TaskQueue.")
    checks.referred(turn.state, kind, command, "To", to)
    if kind == "task_queue":
        return
    if to == giving.worker_sid:
        raise Refused("To: the Worker has the task already.")
    worker = turn.state.workers[to]
    if not turn.state.activities[worker.activity_sid].available:
        raise Refused(f"To: Worker {worker.friendly_name} ({to}) is not available.")


def hand_over(
    turn: Turn, command: CreateTransfer, task: Task, transfer: Transfer
) -> None:
    before = task
    task = turn.update(
        task,
        assignment_status="pending",
        transfer_sid=transfer.sid,
        transferred_at=turn.now,
        filter_at=None,
        target_ends=None,
        warning=None,
        only_worker_name=None,
        **only_given(attributes=command.attributes, priority=command.priority),
        **place_of(turn, task, transfer),
    )
    tell(turn, "initiated", task, transfer)
    if transfer.mode == "COLD":
        giving = turn.state.reservations[transfer.initiating_reservation_sid]
        reservations.wrap_up(turn, giving)
    task_events.tell_moved(turn, before, task, "Task transferred")
    offering.offer(turn, task)


def place_of(turn: Turn, task: Task, transfer: Transfer) -> dict[str, object]:
    """Handed to a worker it stays in its queue, and only he is asked."""
    if transfer.to.startswith("WK"):
        return {
            "only_worker_sid": transfer.to,
            "past_queue": True,
            "ignore_capacity": False,
        }
    moved = task.task_queue_sid != transfer.to
    entered = turn.now if moved else task.task_queue_entered_date
    return {
        "only_worker_sid": None,
        "past_queue": False,
        "ignore_capacity": False,
        "task_queue_sid": transfer.to,
        "task_queue_entered_date": entered,
    }


def accepted(turn: Turn, task: Task, by: Reservation) -> None:
    """Somebody has the task now: a transfer under way is complete."""
    if task.transfer_sid is None:
        return
    transfer = turn.state.transfers[task.transfer_sid]
    task = turn.touch(task, transfer_sid=None, transferred_at=None)
    close(turn, task, transfer, "complete")


def attempt_failed(turn: Turn, task: Task, reason: str) -> None:
    """Nobody rings any more. A queue asks others; a worker's no is the end of it."""
    assert task.transfer_sid is not None
    transfer = turn.state.transfers[task.transfer_sid]
    tell(turn, "attempt-failed", task, transfer)
    exhausted = task.assignments >= reservations.MOST_ASSIGNMENTS
    if transfer.to.startswith("WK") or exhausted:
        fail(turn, task, reason)
        return
    offering.offer(turn, task)


def expire(turn: Turn, task: Task) -> None:
    """Nobody has accepted within the task's time to live."""
    for reservation in reservations.pending(turn, task):
        reservations.take_away(turn, reservation)
    fail(turn, turn.state.tasks[task.sid], "Task TTL Exceeded")


def fail(turn: Turn, task: Task, reason: str) -> None:
    assert task.transfer_sid is not None
    transfer = turn.state.transfers[task.transfer_sid]
    give_back(turn, task, transfer, "failed", reason)


def fail_to(turn: Turn, worker: Worker) -> None:
    """He is about to be deleted: what waits for him until he has room waits in vain."""
    for transfer in list(turn.state.inside(worker.workspace_sid, "transfer")):
        if transfer.status == "initiated" and transfer.to == worker.sid:
            fail(turn, turn.state.tasks[transfer.task_sid], "Worker deleted")


def cancel(turn: Turn, command: CancelTransfer) -> Transfer:
    transfer: Transfer = checks.the_current(turn.state, "transfer", command)
    if transfer.status != "initiated":
        raise Refused(
            f"Cannot cancel transfer {transfer.sid}: it is {transfer.status}."
        )
    task = turn.state.tasks[transfer.task_sid]
    for reservation in reservations.pending(turn, task):
        reservations.take_away(turn, reservation)
    give_back(turn, turn.state.tasks[task.sid], transfer, "canceled", "")
    return transfer


def give_back(
    turn: Turn, task: Task, transfer: Transfer, status: TransferStatus, reason: str
) -> None:
    """Whoever handed over has the task again, unless he has finished his part."""
    held = [one.reservation_status for one in reservations.in_hand(turn, task)]
    back = "assigned" if "accepted" in held or not held else "wrapping"
    task = turn.update(
        task,
        assignment_status=back,
        assigned_at=turn.now,
        transfer_sid=None,
        transferred_at=None,
    )
    close(turn, task, transfer, status, reason)
    if not held:
        routing.cancel(turn, task, reason or "Transfer canceled")


def abandon(turn: Turn, task: Task) -> Task:
    """The task itself ends: its transfer does too, and whoever had it loses it."""
    if task.transfer_sid is None:
        return task
    transfer = turn.state.transfers[task.transfer_sid]
    task = turn.touch(task, transfer_sid=None, transferred_at=None)
    close(turn, task, transfer, "canceled")
    for reservation in reservations.in_hand(turn, task):
        reservations.take_away(turn, reservation)
    return turn.state.tasks[task.sid]


def close(
    turn: Turn, task: Task, transfer: Transfer, status: TransferStatus, reason: str = ""
) -> None:
    ended = turn.update(transfer, status=status, failed_reason=reason)
    name = "completed" if status == "complete" else status
    tell(turn, name, task, ended)


def tell(turn: Turn, what: str, task: Task, transfer: Transfer) -> None:
    task_events.tell(
        turn,
        f"task.transfer-{what}",
        task,
        f"transfer {what.replace('-', ' ')}",
        transfer_block(transfer),
    )


def transfer_block(transfer: Transfer) -> Data:
    return {
        "task_transfer_sid": transfer.sid,
        "transfer_type": "WORKER" if transfer.to.startswith("WK") else "QUEUE",
        "transfer_mode": transfer.mode,
        "transfer_to": transfer.to,
        "transfer_status": transfer.status,
        "transfer_initiating_worker_sid": transfer.initiating_worker_sid,
        "transfer_initiating_reservation_sid": transfer.initiating_reservation_sid,
        "transfer_started": seconds(transfer.date_created),
        "transfer_failed_reason": transfer.failed_reason,
    }
