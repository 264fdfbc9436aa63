"""/Tasks/{sid}/Reservations and /Workers/{sid}/Reservations: one object, two parents."""

from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.paging import listed, page
from taskrouter.api.parameters import text
from taskrouter.api.resource import Test, chosen, same
from taskrouter.api.shapes import Shapes
from taskrouter.engine import checks
from taskrouter.engine.commands import UpdateReservation
from taskrouter.engine.records import Reservation
from taskrouter.engine.refusal import not_found
from taskrouter.engine.state import State

FIELDS = {"ReservationStatus": text, "WorkerActivitySid": text, "Instruction": text}
PATHS = {"task": "Tasks", "worker": "Workers"}


def under(state: State, ws: str, parent: str, parent_sid: str) -> list[Reservation]:
    checks.the_one(state, parent, ws, parent_sid)
    if parent == "task":
        return state.reservations_of_task(parent_sid)
    return state.reservations_of_worker(parent_sid)


def filters(call: Call) -> list[Test]:
    return chosen(
        call,
        {
            "ReservationStatus": same("reservation_status"),
            "WorkerSid": same("worker_sid"),
        },
    )


async def list_all(call: Call, ws: str, parent: str, parent_sid: str) -> Answer:
    def look(state: State, now: int) -> Answer:
        tests = filters(call)
        rows = [
            one
            for one in under(state, ws, parent, parent_sid)
            if all(test(state, one) for test in tests)
        ]
        shapes = Shapes(state, now, call.base, call.account_sid)
        path = f"{PATHS[parent]}/{parent_sid}"
        shown = page(call, rows, lambda one: (one.date_created, one.sid))
        return listed(
            call, "reservations", shown, lambda one: shapes.reservation(one, path)
        )

    return await call.read(look)


async def fetch(call: Call, ws: str, parent: str, parent_sid: str, sid: str) -> Answer:
    def look(state: State, now: int) -> Answer:
        reservation = the_one(state, ws, parent, parent_sid, sid)
        shapes = Shapes(state, now, call.base, call.account_sid)
        path = f"{PATHS[parent]}/{parent_sid}"
        body = shapes.reservation(reservation, path)
        return Answer(body, version=reservation.version)

    return await call.read(look)


def the_one(
    state: State, ws: str, parent: str, parent_sid: str, sid: str
) -> Reservation:
    for reservation in under(state, ws, parent, parent_sid):
        if reservation.sid == sid:
            return reservation
    raise not_found("Reservation", sid)


async def update(call: Call, ws: str, parent: str, parent_sid: str, sid: str) -> Answer:
    await call.read(lambda state, now: the_one(state, ws, parent, parent_sid, sid))
    fields = call.parameters(FIELDS)
    await call.do(
        UpdateReservation,
        workspace_sid=ws,
        sid=sid,
        if_match=call.if_match,
        **fields,
    )
    return await fetch(call, ws, parent, parent_sid, sid)


collection = endpoint(GET=list_all)
instance = endpoint(GET=fetch, POST=update)
