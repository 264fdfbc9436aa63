"""Reservations: accepted, rejected, timed out, wrapped up, completed."""

from taskrouter.engine import (
    checks,
    instructions,
    offering,
    routing,
    task_events,
    transfers,
)
from taskrouter.engine.activities import move_worker
from taskrouter.engine.checks import given
from taskrouter.engine.commands import CancelReservation, UpdateReservation
from taskrouter.engine.events import reason_block
from taskrouter.engine.instructions import Wanted
from taskrouter.engine.records import IN_HAND, Reservation, ReservationStatus, Task
from taskrouter.engine.refusal import Refused
from taskrouter.engine.turn import Turn

MOST_ASSIGNMENTS = 1_000
IN_WORK = ("assigned", "wrapping")
EVENT_OF = {"wrapping": "wrapup"}
"Where the event's name is not the status."


def update(turn: Turn, command: UpdateReservation) -> Reservation:
    reservation: Reservation = checks.the_current(turn.state, "reservation", command)
    instructions.needs_activity(
        turn.state,
        "WorkerActivitySid",
        40100,
        reservation,
        given(command.worker_activity_sid, ""),
    )
    wanted = instructions.read(turn.state, command, reservation)
    if wanted.status is not None:
        judge(reservation, wanted.status)
        carry_out(turn, reservation, wanted, given(command.worker_activity_sid, ""))
    return turn.state.reservations[reservation.sid]


def carry_out(
    turn: Turn, reservation: Reservation, wanted: Wanted, activity_sid: str
) -> None:
    if wanted.status == "accepted":
        accept(turn, reservation, wanted.post_work_activity_sid)
    elif wanted.status == "rejected":
        reject(turn, reservation, activity_sid)
    elif wanted.status == "wrapping":
        wrap_up(turn, reservation)
    else:
        complete(turn, reservation)


ALLOWED_FROM = {
    "accepted": ("pending",),
    "rejected": ("pending",),
    "wrapping": ("accepted",),
    "completed": ("accepted", "wrapping"),
}


def judge(reservation: Reservation, wanted: str) -> None:
    now = reservation.reservation_status
    if now in ALLOWED_FROM[wanted]:
        return
    if wanted == "accepted" and now == "rescinded":
        raise Refused(
            f"Reservation {reservation.sid} was rescinded: another worker accepted first.",
            410,
            20410,
        )
    raise Refused(
        f"ReservationStatus: {reservation.sid} is {now}; it becomes {wanted} only from"
        f" {' or '.join(ALLOWED_FROM[wanted])}."
    )


def accept(
    turn: Turn, reservation: Reservation, post_work_activity_sid: str | None = None
) -> None:
    task = turn.state.tasks[reservation.task_sid]
    task = turn.update(task, assignment_status="assigned", assigned_at=turn.now)
    accepted = turn.update(
        reservation,
        reservation_status="accepted",
        post_work_activity_sid=post_work_activity_sid,
    )
    offering.tell(turn, "accepted", accepted)
    offering.look_for_more(turn, accepted)
    for other in pending(turn, task):
        end(turn, other, "rescinded")
        offering.return_to_activity(turn, other)
    offering.own_activity(turn, accepted, "assignment_activity_sid")
    transfers.accepted(turn, task, accepted)


def reject(turn: Turn, reservation: Reservation, activity_sid: str = "") -> None:
    end(turn, reservation, "rejected")
    if activity_sid:
        worker = turn.state.workers[reservation.worker_sid]
        move_worker(turn, worker, activity_sid)
    else:
        offering.return_to_activity(turn, reservation)
    offer_again(turn, reservation.task_sid, "Reservation rejected")


def time_out(turn: Turn, reservation: Reservation) -> None:
    """Nobody answered in time: the worker goes to the timeout activity."""
    end(turn, reservation, "timeout")
    worker = turn.state.workers[reservation.worker_sid]
    workspace = turn.state.workspaces[worker.workspace_sid]
    move_worker(turn, worker, workspace.timeout_activity_sid)
    offer_again(turn, reservation.task_sid, "Reservation timed out")


def cancel(turn: Turn, command: CancelReservation) -> Reservation | None:
    """Its assignment callback could not be answered."""
    reservation = turn.state.reservations.get(command.sid)
    if reservation is not None and reservation.reservation_status == "pending":
        take_away(turn, reservation)
        offer_again(turn, reservation.task_sid, "Reservation canceled")
    return turn.state.reservations.get(command.sid)


def take_away(turn: Turn, reservation: Reservation) -> None:
    """Cancels what rings or is in hand, by no act of the worker."""
    end(turn, reservation, "canceled")
    if reservation.reservation_status == "pending":
        offering.return_to_activity(turn, reservation)


def end(turn: Turn, reservation: Reservation, status: ReservationStatus) -> None:
    """Gives the worker's room back and tells why."""
    ended = turn.update(reservation, reservation_status=status)
    offering.begin_idle_clock(turn, ended)
    offering.tell(turn, EVENT_OF.get(status, status), ended)
    turn.free([ended.worker_sid])


def offer_again(turn: Turn, task_sid: str, reason: str) -> None:
    """Once no offer rings any more, the task goes through its workflow anew."""
    task = turn.state.tasks[task_sid]
    if task.assignment_status != "reserved":
        return
    if turn.state.offers.ringing(task_sid):
        turn.look_again(task_sid)
        return
    task = turn.update(task, assignment_status="pending")
    if task.transfer_sid:
        transfers.attempt_failed(turn, task, reason)
        return
    if task.assignments >= MOST_ASSIGNMENTS:
        routing.cancel(turn, task, "Task TTL Exceeded or Max assignment count exceeded")
        return
    routing.start(turn, task.sid, reason)


def pending(turn: Turn, task: Task) -> list[Reservation]:
    reservations = turn.state.reservations_of_task(task.sid)
    return [one for one in reservations if one.reservation_status == "pending"]


def in_hand(turn: Turn, task: Task) -> list[Reservation]:
    reservations = turn.state.reservations_of_task(task.sid)
    return [one for one in reservations if one.reservation_status in IN_HAND]


def wrap_up(turn: Turn, reservation: Reservation) -> None:
    wrapping = turn.update(reservation, reservation_status="wrapping")
    offering.tell(turn, "wrapup", wrapping)
    offering.look_for_more(turn, wrapping)
    follow(turn, turn.state.tasks[reservation.task_sid])


def complete(turn: Turn, reservation: Reservation) -> None:
    finish_own(turn, reservation)
    follow(turn, turn.state.tasks[reservation.task_sid])


def follow(turn: Turn, task: Task) -> None:
    """The task wraps up with the last who talks, and is completed with the last of all."""
    held = [one.reservation_status for one in in_hand(turn, task)]
    if task.assignment_status not in IN_WORK or "accepted" in held:
        return
    if not held:
        finish(turn, task, "All reservations were completed")
    elif task.assignment_status == "assigned":
        task = turn.update(task, assignment_status="wrapping")
        task_events.tell(turn, "task.wrapup", task, "wrapping up", reason_block(task))


def finish_own(turn: Turn, reservation: Reservation) -> None:
    """Completes one worker's part; he goes where his instruction said he would."""
    end(turn, reservation, "completed")
    after = turn.state.activities.get(reservation.post_work_activity_sid or "")
    if after is not None:
        move_worker(turn, turn.state.workers[reservation.worker_sid], after.sid)


def finish(turn: Turn, task: Task, reason: str | None) -> Task:
    task = turn.update(
        task, assignment_status="completed", reason=reason, ended_at=turn.now
    )
    task_events.tell(turn, "task.completed", task, "completed", reason_block(task))
    return task
