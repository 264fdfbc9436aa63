"""Reservations: accepted, rejected, timed out, wrapped up, completed."""

from taskrouter.engine import checks, matching, routing
from taskrouter.engine.activities import move_worker
from taskrouter.engine.checks import given
from taskrouter.engine.commands import UNSET, CancelReservation, UpdateReservation
from taskrouter.engine.records import Reservation, ReservationStatus, Task
from taskrouter.engine.refusal import Refused
from taskrouter.engine.turn import Turn

MOST_ASSIGNMENTS = 1_000
MEDIA = ("call", "dequeue", "redirect", "conference", "supervise")
EVENT_OF = {"wrapping": "wrapup"}
"Where the event's name is not the status."


def update(turn: Turn, command: UpdateReservation) -> Reservation:
    reservation: Reservation = checks.the_current(turn.state, "reservation", command)
    wanted = wanted_status(command)
    checks.referred(
        turn.state,
        "activity",
        command,
        "WorkerActivitySid",
        command.worker_activity_sid,
    )
    judge(reservation, wanted)
    if wanted == "accepted":
        accept(turn, reservation)
    elif wanted == "rejected":
        reject(turn, reservation, given(command.worker_activity_sid, ""))
    elif wanted == "wrapping":
        wrap_up(turn, reservation)
    else:
        complete(turn, reservation)
    return turn.state.reservations[reservation.sid]


def wanted_status(command: UpdateReservation) -> str:
    instruction = given(command.instruction, "")
    if instruction in MEDIA:
        raise Refused(
            f"Instruction: {instruction} needs a call, and this TaskRouter carries no"
            " media; set ReservationStatus=accepted instead."
        )
    by_instruction = {"accept": "accepted", "reject": "rejected", "": UNSET}
    if instruction not in by_instruction:
        raise Refused(f"Instruction: {instruction!r} is not known.", 400, 55555)
    status = given(command.reservation_status, by_instruction[instruction])
    allowed = ("accepted", "rejected", "wrapping", "completed")
    if status not in allowed:
        raise Refused(f"ReservationStatus: give one of {', '.join(allowed)}.")
    return str(status)


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


def accept(turn: Turn, reservation: Reservation) -> None:
    task = turn.state.tasks[reservation.task_sid]
    turn.update(task, assignment_status="assigned", assigned_at=turn.now)
    accepted = turn.update(reservation, reservation_status="accepted")
    matching.tell(turn, "accepted", accepted)
    for other in pending(turn, task):
        end(turn, other, "rescinded")
    matching.own_activity(turn, accepted, "assignment_activity_sid")


def reject(turn: Turn, reservation: Reservation, activity_sid: str = "") -> None:
    end(turn, reservation, "rejected")
    if activity_sid:
        worker = turn.state.workers[reservation.worker_sid]
        move_worker(turn, worker, activity_sid)
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
        end(turn, reservation, "canceled")
        offer_again(turn, reservation.task_sid, "Reservation canceled")
    return turn.state.reservations.get(command.sid)


def end(turn: Turn, reservation: Reservation, status: ReservationStatus) -> None:
    """Gives the worker's room back and tells why."""
    ended = turn.update(reservation, reservation_status=status)
    matching.begin_idle_clock(turn, ended)
    matching.tell(turn, EVENT_OF.get(status, status), ended)
    turn.free([ended.worker_sid])


def offer_again(turn: Turn, task_sid: str, reason: str) -> None:
    """Once no offer rings any more, the task goes through its workflow anew."""
    task = turn.state.tasks[task_sid]
    if task.assignment_status != "reserved" or pending(turn, task):
        return
    task = turn.update(task, assignment_status="pending")
    if task.assignments >= MOST_ASSIGNMENTS:
        routing.cancel(turn, task, "Task TTL Exceeded or Max assignment count exceeded")
        return
    routing.start(turn, task.sid, reason)


def pending(turn: Turn, task: Task) -> list[Reservation]:
    reservations = turn.state.reservations_of_task(task.sid)
    return [one for one in reservations if one.reservation_status == "pending"]


def in_hand(turn: Turn, task: Task) -> list[Reservation]:
    reservations = turn.state.reservations_of_task(task.sid)
    return [
        one
        for one in reservations
        if one.reservation_status in ("accepted", "wrapping")
    ]


def wrap_up(turn: Turn, reservation: Reservation) -> None:
    wrapping = turn.update(reservation, reservation_status="wrapping")
    matching.tell(turn, "wrapup", wrapping)
    task = turn.state.tasks[reservation.task_sid]
    still = [one.reservation_status for one in in_hand(turn, task)]
    if task.assignment_status == "assigned" and "accepted" not in still:
        task = turn.update(task, assignment_status="wrapping")
        routing.tell(turn, "task.wrapup", task, "wrapping up")


def complete(turn: Turn, reservation: Reservation) -> None:
    end(turn, reservation, "completed")
    task = turn.state.tasks[reservation.task_sid]
    if not in_hand(turn, task):
        finish(turn, task, "All reservations were completed")


def finish(turn: Turn, task: Task, reason: str) -> Task:
    task = turn.update(
        task, assignment_status="completed", reason=reason, ended_at=turn.now
    )
    reasons = {"task_completed_reason": reason, "reason": reason}
    routing.tell(turn, "task.completed", task, "completed", reasons)
    return task
