"""/Tasks/{sid}/Reservations and /Workers/{sid}/Reservations: one object, two parents."""

from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.paging import listed, page
from taskrouter.api.parameters import Reader, Several, flag, text, whole, word, words
from taskrouter.api.resource import Test, chosen, same
from taskrouter.api.shapes import Shapes
from taskrouter.engine import checks
from taskrouter.engine.commands import UpdateReservation
from taskrouter.engine.records import RESERVATION_STATUSES, Reservation
from taskrouter.engine.refusal import Refused, not_found
from taskrouter.engine.state import State

TEXTS = """
ReservationStatus WorkerActivitySid Instruction
CallTo CallFrom CallUrl CallRecord CallStatusCallbackUrl
DequeueTo DequeueFrom DequeueRecord DequeuePostWorkActivitySid DequeueStatusCallbackUrl
RedirectCallSid RedirectUrl
To From StatusCallback StatusCallbackMethod SipAuthUsername SipAuthPassword
PostWorkActivitySid JitterBufferSize
WaitUrl WaitMethod Region ConferenceTrim RecordingChannels
ConferenceStatusCallback ConferenceStatusCallbackMethod
RecordingStatusCallback RecordingStatusCallbackMethod
ConferenceRecordingStatusCallback ConferenceRecordingStatusCallbackMethod
"""
WORDS = "Beep ConferenceRecord"
FLAGS = """
CallAccept RedirectAccept Record Muted EarlyMedia StartConferenceOnEnter
EndConferenceOnExit EndConferenceOnCustomerExit BeepOnCustomerEntrance
"""
NUMBERS = "CallTimeout DequeueTimeout Timeout MaxParticipants"
SEVERAL = """
DequeueStatusCallbackEvent StatusCallbackEvent ConferenceStatusCallbackEvent
"""
UPDATE: dict[str, Reader] = {
    **dict.fromkeys(TEXTS.split(), text),
    **dict.fromkeys(WORDS.split(), word),
    **dict.fromkeys(FLAGS.split(), flag),
    **dict.fromkeys(NUMBERS.split(), whole),
    **dict.fromkeys(SEVERAL.split(), Several(text)),
}
# Supervising is asked for under the task alone.
UPDATE_OF = {
    "task": {**UPDATE, "Supervisor": text, "SupervisorMode": text},
    "worker": UPDATE,
}
PATHS = {"task": "Tasks", "worker": "Workers"}


def under(state: State, ws: str, parent: str, parent_sid: str) -> list[Reservation]:
    checks.the_one(state, parent, ws, parent_sid)
    if parent == "task":
        return state.reservations_of_task(parent_sid)
    return state.reservations_of_worker(parent_sid)


def filters(call: Call, parent: str) -> list[Test]:
    statuses = words(call.request.GET, "ReservationStatus", RESERVATION_STATUSES)
    tests: list[Test] = []
    if statuses:
        tests.append(lambda state, one: one.reservation_status in statuses)
    if parent == "task":
        tests += chosen(call, {"WorkerSid": same("worker_sid")})
    return tests


async def list_all(call: Call, ws: str, parent: str, parent_sid: str) -> Answer:
    def look(state: State, now: int) -> Answer:
        tests = filters(call, parent)
        rows = [
            one
            for one in under(state, ws, parent, parent_sid)
            if all(test(state, one) for test in tests)
        ]
        shapes = Shapes(state, now, call.base, call.account_sid)
        path = f"{PATHS[parent]}/{parent_sid}"
        shown = page(call, rows, lambda one: (one.date_created, one.round, one.sid))
        return listed(
            call, "reservations", shown, lambda one: shapes.reservation(one, path)
        )

    return await call.read(look)


async def fetch(call: Call, ws: str, parent: str, parent_sid: str, sid: str) -> Answer:
    def look(state: State, now: int) -> Answer:
        reservation = the_one(state, ws, parent, parent_sid, sid)
        return shown(call, state, now, f"{PATHS[parent]}/{parent_sid}", reservation)

    return await call.read(look)


def shown(
    call: Call, state: State, now: int, path: str, reservation: Reservation
) -> Answer:
    shapes = Shapes(state, now, call.base, call.account_sid)
    body = shapes.reservation(reservation, path)
    return Answer(body, version=reservation.version)


def the_one(
    state: State, ws: str, parent: str, parent_sid: str, sid: str
) -> Reservation:
    for reservation in under(state, ws, parent, parent_sid):
        if reservation.sid == sid:
            return reservation
    raise not_found("Reservation", sid)


async def update(call: Call, ws: str, parent: str, parent_sid: str, sid: str) -> Answer:
    await call.read(lambda state, now: the_one(state, ws, parent, parent_sid, sid))
    fields = call.parameters(UPDATE_OF[parent])
    if parent == "worker" and fields.get("instruction") == "supervise":
        raise Refused("Instruction: supervise is asked for under the Task.", 400, 55555)
    changed: Reservation = await call.do(
        UpdateReservation,
        workspace_sid=ws,
        sid=sid,
        if_match=call.if_match,
        **fields,
    )
    return await call.read(
        lambda state, now: shown(
            call, state, now, f"{PATHS[parent]}/{parent_sid}", changed
        )
    )


collection = endpoint(GET=list_all)
instance = endpoint(GET=fetch, POST=update)
