"""What an update of a reservation asks for: a status, or an instruction that leads to one.

This TaskRouter carries no calls. An instruction that would connect one is judged as
TaskRouter does and has the effect of a call that is answered at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from taskrouter.engine import checks, media
from taskrouter.engine.checks import given
from taskrouter.engine.commands import UpdateReservation
from taskrouter.engine.records import Reservation
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State

STATUSES = ("accepted", "rejected", "wrapping", "completed")
ON_TRANSFERS = ("accept", "reject", "conference", "supervise")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The status the reservation is to have, None: as it is; and what follows."""

    status: str | None = None
    post_work_activity_sid: str | None = None


Judge = Callable[[State, UpdateReservation, Reservation], Wanted]


def read(state: State, command: UpdateReservation, reservation: Reservation) -> Wanted:
    media.judge(command)
    asked = plain(command)
    name = given(command.instruction, "")
    if not name:
        return asked
    if name not in INSTRUCTIONS:
        raise refusal(55555, f"Instruction: {name!r} is not known.")
    if reservation.transfer_sid and name not in ON_TRANSFERS:
        raise refusal(
            40151,
            f"Instruction: {name} is not allowed on a transferred Reservation; give one"
            f" of {', '.join(ON_TRANSFERS)}.",
        )
    wanted = INSTRUCTIONS[name](state, command, reservation)
    if asked.status not in (None, wanted.status):
        raise Refused(
            f"ReservationStatus: {asked.status} is not what the Instruction {name} leads"
            " to; give one of the two."
        )
    return wanted


def plain(command: UpdateReservation) -> Wanted:
    status = given(command.reservation_status, "")
    if status and status not in STATUSES:
        raise Refused(f"ReservationStatus: give one of {', '.join(STATUSES)}.")
    return Wanted(status or None)


def call(state: State, command: UpdateReservation, reservation: Reservation) -> Wanted:
    needs_pending("Call", 40114, reservation)
    needs("CallTo", 40110, given(command.call_to, "") or contact(state, reservation))
    needs("CallFrom", 40111, given(command.call_from, ""))
    needs("CallUrl", 40112, given(command.call_url, ""))
    return Wanted("accepted" if command.call_accept is True else None)


def redirect(
    state: State, command: UpdateReservation, reservation: Reservation
) -> Wanted:
    needs_pending("Redirect", 40123, reservation)
    needs("RedirectUrl", 40120, given(command.redirect_url, ""))
    needs("RedirectCallSid", 40121, given(command.redirect_call_sid, ""))
    return Wanted("accepted" if command.redirect_accept is True else None)


def dequeue(
    state: State, command: UpdateReservation, reservation: Reservation
) -> Wanted:
    needs_pending("Dequeue", 40135, reservation)
    attributes = state.task_values[reservation.task_sid]
    needs("The task's attribute call_sid", 40140, attributes.get("call_sid"))
    to = given(command.dequeue_to, "") or contact(state, reservation)
    needs("DequeueTo", 40131, to)
    if str(to).startswith(("sip:", "sips:")):
        checks.between("DequeueTimeout", command.dequeue_timeout, 1, media.LONGEST_SIP)
    after = given(command.dequeue_post_work_activity_sid, "") or None
    needs_activity(state, "DequeuePostWorkActivitySid", 40130, reservation, after)
    return Wanted("accepted", after)


def conference(
    state: State, command: UpdateReservation, reservation: Reservation
) -> Wanted:
    needs_pending("Conference", 40136, reservation)
    needs("To", 40137, given(command.to, "") or contact(state, reservation))
    after = given(command.post_work_activity_sid, "") or None
    needs_activity(state, "PostWorkActivitySid", 40139, reservation, after)
    return Wanted("accepted", after)


def supervise(
    state: State, command: UpdateReservation, reservation: Reservation
) -> Wanted:
    """Somebody listens in; the reservation stays as it is."""
    if reservation.reservation_status != "accepted":
        raise refusal(
            40146,
            f"Unable to execute Supervise instruction. Reservation {reservation.sid} is"
            " not currently in an Accepted state.",
        )
    who = given(command.supervisor, "")
    needs("Supervisor", media.GENERAL, who)
    if media.CONTACT.match(who):
        return Wanted()
    worker = state.workers.get(who)
    if worker is None or worker.workspace_sid != reservation.workspace_sid:
        raise Refused(f"Supervisor: there is no Worker {who} in this Workspace.")
    needs("The supervisor's contact_uri", 40147, contact_of(state, worker.sid))
    return Wanted()


INSTRUCTIONS: dict[str, Judge] = {
    "accept": lambda state, command, reservation: Wanted("accepted"),
    "reject": lambda state, command, reservation: Wanted("rejected"),
    "call": call,
    "dequeue": dequeue,
    "redirect": redirect,
    "conference": conference,
    "supervise": supervise,
}


def contact(state: State, reservation: Reservation) -> object:
    return contact_of(state, reservation.worker_sid)


def contact_of(state: State, worker_sid: str) -> object:
    return state.worker_values[worker_sid].get("contact_uri")


def needs_pending(title: str, code: int, reservation: Reservation) -> None:
    if reservation.reservation_status != "pending":
        raise refusal(
            code,
            f"Unable to execute {title} instruction. Reservation {reservation.sid} is not"
            " currently in a Pending state.",
        )


def needs(name: str, code: int, value: object) -> None:
    if not value:
        raise refusal(code, f"{name}: required for this instruction.")


def needs_activity(
    state: State, name: str, code: int, reservation: Reservation, sid: str | None
) -> None:
    activity = state.activities.get(sid or "")
    if sid and (
        activity is None or activity.workspace_sid != reservation.workspace_sid
    ):
        raise refusal(code, f"{name}: there is no Activity {sid} in this Workspace.")


def refusal(code: int, message: str) -> Refused:
    return Refused(message, 400, code)
