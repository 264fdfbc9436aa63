"""Task channels, and each worker's capacity on them."""

import re

from taskrouter.engine import checks
from taskrouter.engine.checks import given, only_given
from taskrouter.engine.commands import (
    CreateTaskChannel,
    DeleteTaskChannel,
    UpdateTaskChannel,
    UpdateWorkerChannel,
)
from taskrouter.engine.events import text, worker_block
from taskrouter.engine.records import (
    RESERVATION_LIVE,
    TASK_LIVE,
    TaskChannel,
    Worker,
    WorkerChannel,
)
from taskrouter.engine.refusal import Refused, not_found
from taskrouter.engine.state import State
from taskrouter.engine.turn import Turn

UNIQUE_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")
MOST_CAPACITY = 2_147_483_647


def create(turn: Turn, command: CreateTaskChannel) -> TaskChannel:
    checks.the_workspace(turn.state, command.workspace_sid)
    name = checks.required_name(command.friendly_name)
    unique = given(command.unique_name, "")
    if not UNIQUE_NAME.match(unique) or len(unique) > checks.LONGEST_NAME:
        raise Refused(
            f"UniqueName: 1 to {checks.LONGEST_NAME} letters, digits, _ and $ are allowed,"
            " the first no digit."
        )
    if turn.state.channel_named(command.workspace_sid, unique):
        raise Refused(f"UniqueName: {unique!r} is taken; choose another.", 409, 20409)
    optimized = given(command.channel_optimized_routing, False)
    return create_channel(turn, command.workspace_sid, name, unique, optimized)


def create_channel(
    turn: Turn, workspace_sid: str, name: str, unique: str, optimized: bool
) -> TaskChannel:
    channel = turn.put(
        TaskChannel(
            sid=turn.sids.new("TC"),
            workspace_sid=workspace_sid,
            friendly_name=name,
            unique_name=unique,
            channel_optimized_routing=optimized,
            date_created=turn.now,
            date_updated=turn.now,
        )
    )
    tell(turn, "created", channel)
    for worker in list(turn.state.inside(workspace_sid, "worker")):
        give_channel(turn, worker, channel)
    return channel


def give_channel(turn: Turn, worker: Worker, channel: TaskChannel) -> WorkerChannel:
    return turn.put(
        WorkerChannel(
            sid=turn.sids.new("WC"),
            workspace_sid=worker.workspace_sid,
            worker_sid=worker.sid,
            task_channel_sid=channel.sid,
            idle_since=worker.idle_since,
            idle_order=worker.idle_order,
            date_created=turn.now,
            date_updated=turn.now,
        )
    )


def the_channel(state: State, workspace_sid: str, name: str) -> TaskChannel:
    """By its sid or its unique name. Raises Refused (404)."""
    checks.the_workspace(state, workspace_sid)
    channel = state.channel_named(workspace_sid, name)
    if channel is None:
        raise not_found("TaskChannel", name)
    return channel


def update(turn: Turn, command: UpdateTaskChannel) -> TaskChannel:
    old = the_channel(turn.state, command.workspace_sid, command.sid)
    checks.name(command.friendly_name)
    channel = turn.update(
        old,
        **only_given(
            friendly_name=command.friendly_name,
            channel_optimized_routing=command.channel_optimized_routing,
        ),
    )
    if channel.channel_optimized_routing and not old.channel_optimized_routing:
        begin_own_clocks(turn, channel)
    tell(turn, "updated", channel)
    return channel


def begin_own_clocks(turn: Turn, channel: TaskChannel) -> None:
    """Until now the workers' own clocks were the channel's too."""
    for worker in turn.state.inside(channel.workspace_sid, "worker"):
        own = turn.state.worker_channel(worker.sid, channel.sid)
        if own is not None:
            turn.touch(own, idle_since=worker.idle_since, idle_order=worker.idle_order)


def delete(turn: Turn, command: DeleteTaskChannel) -> None:
    channel = the_channel(turn.state, command.workspace_sid, command.sid)
    if channel.unique_name in {"default", "voice", "chat", "sms", "video", "email"}:
        raise Refused(f"TaskChannel {channel.unique_name} is a default; it stays.")
    if in_use(turn, channel):
        raise Refused(
            f"TaskChannel {channel.unique_name} has live tasks; end them first."
        )
    for own in list(turn.state.inside(channel.workspace_sid, "worker_channel")):
        if own.task_channel_sid == channel.sid:
            turn.drop(own)
    turn.drop(channel)
    tell(turn, "deleted", channel)


def in_use(turn: Turn, channel: TaskChannel) -> bool:
    """By live tasks, or by reservations of tasks that have left it since."""
    inside = turn.state.inside
    tasks = (
        one.assignment_status in TASK_LIVE
        for one in inside(channel.workspace_sid, "task")
        if one.task_channel_sid == channel.sid
    )
    reservations = (
        one.reservation_status in RESERVATION_LIVE
        for one in inside(channel.workspace_sid, "reservation")
        if one.task_channel_sid == channel.sid
    )
    return any(tasks) or any(reservations)


def update_of_worker(turn: Turn, command: UpdateWorkerChannel) -> WorkerChannel:
    """Capacity and availability each cause an event of their own."""
    old = the_worker_channel(
        turn.state, command.workspace_sid, command.worker_sid, command.sid
    )
    checks.between("Capacity", command.capacity, 0, MOST_CAPACITY)
    fields = only_given(
        configured_capacity=command.capacity, available=command.available
    )
    new = turn.update(old, **fields)
    if new.configured_capacity != old.configured_capacity:
        tell_worker(turn, "worker.capacity.update", old, new)
    if new.available != old.available:
        tell_worker(turn, "worker.channel.availability.update", old, new)
    turn.free([new.worker_sid])
    return new


def the_worker_channel(
    state: State, workspace_sid: str, worker_sid: str, name: str
) -> WorkerChannel:
    """By its sid, its channel's sid or its channel's unique name. Raises Refused (404)."""
    checks.the_one(state, "worker", workspace_sid, worker_sid)
    named = state.channel_named(workspace_sid, name)
    own = state.worker_channel(worker_sid, named.sid) if named else None
    own = own or state.worker_channels.get(name)
    if own is None or own.worker_sid != worker_sid:
        raise not_found("WorkerChannel", name)
    return own


def tell(turn: Turn, what: str, channel: TaskChannel) -> None:
    turn.tell(
        f"task-channel.{what}",
        ("taskchannel", channel.sid),
        channel.workspace_sid,
        f"TaskChannel {channel.unique_name} {what}",
        {
            "task_channel_sid": channel.sid,
            "task_channel_name": channel.friendly_name,
            "task_channel_unique_name": channel.unique_name,
            "task_channel_optimized_routing": text(channel.channel_optimized_routing),
        },
    )


def tell_worker(turn: Turn, type: str, old: WorkerChannel, new: WorkerChannel) -> None:
    worker = turn.state.workers[new.worker_sid]
    channel = turn.state.task_channels[new.task_channel_sid]
    assigned = turn.state.offers.accepted(worker.sid, channel.sid)
    turn.tell(
        type,
        ("worker", worker.sid),
        worker.workspace_sid,
        f"Worker {worker.friendly_name} channel {channel.unique_name} updated",
        worker_block(turn.state, worker),
        {
            "task_channel_sid": channel.sid,
            "task_channel_unique_name": channel.unique_name,
            "worker_channel_available": text(new.available),
            "worker_channel_available_capacity": text(new.configured_capacity),
            "worker_channel_previous_capacity": text(old.configured_capacity),
            "worker_channel_task_count": text(assigned),
        },
    )
