"""/signalbox/v1/…/Tasks/{sid}/Transfers: ours, for the API has no path for transfers.

Twilio starts them from its browser SDK. This makes the same happen, so that a centre in
a box and tests can hand tasks over.
"""

from typing import Any

from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.parameters import text, whole
from taskrouter.api.shapes import iso
from taskrouter.engine import checks
from taskrouter.engine.commands import CancelTransfer, CreateTransfer
from taskrouter.engine.records import Transfer
from taskrouter.engine.refusal import Refused, not_found
from taskrouter.engine.state import State

CREATE = {
    "To": text,
    "Mode": text,
    "Attributes": text,
    "Priority": whole,
    "ReservationSid": text,
}
UPDATE = {"TransferStatus": text}


async def list_all(call: Call, ws: str, task_sid: str) -> Answer:
    """All of the task's, oldest first; a task has few."""

    def look(state: State, now: int) -> Answer:
        found = of_task(state, ws, task_sid)
        return Answer({"transfers": [shape(call, one) for one in found]})

    return await call.read(look)


async def create(call: Call, ws: str, task_sid: str) -> Answer:
    fields = call.parameters(CREATE)
    made = await call.do(CreateTransfer, workspace_sid=ws, task_sid=task_sid, **fields)
    return await shown(call, ws, task_sid, made.sid, 201)


async def fetch(call: Call, ws: str, task_sid: str, sid: str) -> Answer:
    return await shown(call, ws, task_sid, sid, 200)


async def update(call: Call, ws: str, task_sid: str, sid: str) -> Answer:
    if call.parameters(UPDATE).get("transfer_status") != "canceled":
        raise Refused("TransferStatus: only canceled can be asked for.")
    await shown(call, ws, task_sid, sid, 200)
    await call.do(CancelTransfer, workspace_sid=ws, sid=sid)
    return await shown(call, ws, task_sid, sid, 200)


async def shown(call: Call, ws: str, task_sid: str, sid: str, status: int) -> Answer:
    def look(state: State, now: int) -> Answer:
        for one in of_task(state, ws, task_sid):
            if one.sid == sid:
                return Answer(shape(call, one), status)
        raise not_found("Transfer", sid)

    return await call.read(look)


def of_task(state: State, ws: str, task_sid: str) -> list[Transfer]:
    checks.the_one(state, "task", ws, task_sid)
    return state.transfers_of_task(task_sid)


def shape(call: Call, one: Transfer) -> dict[str, Any]:
    task = f"{call.base}/v1/Workspaces/{one.workspace_sid}/Tasks/{one.task_sid}"
    return {
        "sid": one.sid,
        "account_sid": call.account_sid,
        "workspace_sid": one.workspace_sid,
        "task_sid": one.task_sid,
        "transfer_type": "WORKER" if one.to.startswith("WK") else "QUEUE",
        "transfer_mode": one.mode,
        "transfer_to": one.to,
        "transfer_status": one.status,
        "transfer_failed_reason": one.failed_reason or None,
        "initiating_worker_sid": one.initiating_worker_sid,
        "initiating_reservation_sid": one.initiating_reservation_sid,
        "date_created": iso(one.date_created),
        "date_updated": iso(one.date_updated),
        "url": task.replace("/v1/", "/signalbox/v1/") + f"/Transfers/{one.sid}",
        "links": {"task": task, "reservations": f"{task}/Reservations"},
    }


collection = endpoint(GET=list_all, POST=create)
instance = endpoint(GET=fetch, POST=update)
