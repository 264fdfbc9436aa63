"""/TaskChannels, and each worker's own: /Workers/{sid}/Channels"""

from typing import Any

from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.paging import listed, page
from taskrouter.api.parameters import flag, text, whole
from taskrouter.api.resource import Resource, by_creation
from taskrouter.api.shapes import Shapes
from taskrouter.engine import checks
from taskrouter.engine.channels import the_channel, the_worker_channel
from taskrouter.engine.commands import (
    CreateTaskChannel,
    DeleteTaskChannel,
    UpdateTaskChannel,
    UpdateWorkerChannel,
)
from taskrouter.engine.records import TaskChannel, WorkerChannel
from taskrouter.engine.state import State


def find(state: State, workspace_sid: str, kind: str, name: str) -> TaskChannel:
    return the_channel(state, workspace_sid, name)


CHANNELS = Resource(
    kind="task_channel",
    key="channels",
    render=Shapes.task_channel,
    create=CreateTaskChannel,
    update=UpdateTaskChannel,
    delete=DeleteTaskChannel,
    created_by={
        "FriendlyName": text,
        "UniqueName": text,
        "ChannelOptimizedRouting": flag,
    },
    updated_by={"FriendlyName": text, "ChannelOptimizedRouting": flag},
    find=find,
)
OF_WORKER = {"Capacity": whole, "Available": flag}


async def list_of_worker(call: Call, ws: str, worker: str) -> Answer:
    def look(state: State, now: int) -> Answer:
        checks.the_one(state, "worker", ws, worker)
        shapes = Shapes(state, now, call.base, call.account_sid)
        rows = [
            own
            for channel in state.inside(ws, "task_channel")
            if (own := state.worker_channel(worker, channel.sid))
        ]
        shown = page(call, rows, by_creation(call))
        return listed(call, "channels", shown, shapes.worker_channel)

    return await call.read(look)


async def fetch_of_worker(call: Call, ws: str, worker: str, sid: str) -> Answer:
    def look(state: State, now: int) -> Answer:
        shapes = Shapes(state, now, call.base, call.account_sid)
        return Answer(shapes.worker_channel(the_worker_channel(state, ws, worker, sid)))

    return await call.read(look)


async def update_of_worker(call: Call, ws: str, worker: str, sid: str) -> Answer:
    fields: dict[str, Any] = call.parameters(OF_WORKER)
    changed: WorkerChannel = await call.do(
        UpdateWorkerChannel, workspace_sid=ws, worker_sid=worker, sid=sid, **fields
    )

    def look(state: State, now: int) -> Answer:
        shapes = Shapes(state, now, call.base, call.account_sid)
        return Answer(shapes.worker_channel(changed))

    return await call.read(look)


worker_collection = endpoint(GET=list_of_worker)
worker_instance = endpoint(GET=fetch_of_worker, POST=update_of_worker)
