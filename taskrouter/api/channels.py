"""/TaskChannels, and each worker's own: /Workers/{sid}/Channels"""

from typing import Any

from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.paging import listed, page
from taskrouter.api.parameters import flag, text, whole
from taskrouter.api.resource import Resource
from taskrouter.api.shapes import Shapes
from taskrouter.engine import checks
from taskrouter.engine.commands import (
    CreateTaskChannel,
    DeleteTaskChannel,
    UpdateTaskChannel,
    UpdateWorkerChannel,
)
from taskrouter.engine.records import TaskChannel, WorkerChannel
from taskrouter.engine.refusal import not_found
from taskrouter.engine.state import State


def find(state: State, workspace_sid: str, kind: str, name: str) -> TaskChannel:
    """By sid or by unique name."""
    checks.the_workspace(state, workspace_sid)
    channel = state.channel_named(workspace_sid, name)
    if channel is None:
        raise not_found("TaskChannel", name)
    return channel


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
        shown = page(call, rows, lambda one: (one.date_created, one.sid))
        return listed(call, "channels", shown, shapes.worker_channel)

    return await call.read(look)


async def fetch_of_worker(call: Call, ws: str, worker: str, sid: str) -> Answer:
    def look(state: State, now: int) -> Answer:
        shapes = Shapes(state, now, call.base, call.account_sid)
        return Answer(shapes.worker_channel(of_worker(state, ws, worker, sid)))

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


def of_worker(state: State, ws: str, worker: str, sid: str) -> WorkerChannel:
    """By its sid, its channel's sid or its channel's unique name."""
    checks.the_one(state, "worker", ws, worker)
    named = state.channel_named(ws, sid)
    own = state.worker_channel(worker, named.sid) if named else None
    own = own or state.worker_channels.get(sid)
    if own is None or own.worker_sid != worker:
        raise not_found("WorkerChannel", sid)
    return own


worker_collection = endpoint(GET=list_of_worker)
worker_instance = endpoint(GET=fetch_of_worker, POST=update_of_worker)
