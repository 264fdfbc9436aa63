"""What an expression over a task and a worker sees, and whom order_by puts first."""

from typing import Any

from taskrouter.engine.records import Task
from taskrouter.engine.state import State
from taskrouter.engine.workflow import Target


def names_for(state: State, task: Task, worker_sid: str, text: str) -> dict[str, Any]:
    worker = worker_names(state, worker_sid, text)
    return {"task": state.task_values[task.sid], "worker": worker}


def worker_names(state: State, worker_sid: str, text: str) -> dict[str, Any]:
    """What `worker.` shows; its channels only where the expression asks for them."""
    worker = state.worker_values[worker_sid]
    if "channel" not in text:
        return worker
    return {**worker, "channel": channel_values(state, worker_sid)}


def channel_values(state: State, worker_sid: str) -> dict[str, dict[str, int]]:
    """What `worker.channel.<name>` shows."""
    values = {}
    workspace_sid = state.workers[worker_sid].workspace_sid
    for channel in state.inside(workspace_sid, "task_channel"):
        own = state.worker_channel(worker_sid, channel.sid)
        if own is not None:
            used = state.load(worker_sid, channel.sid)
            capacity = own.configured_capacity
            left = max(0, (capacity - used) * 100 // capacity) if capacity else 0
            values[channel.unique_name] = {
                "configured_capacity": capacity,
                "assigned_tasks": state.offers.accepted(worker_sid, channel.sid),
                "available_capacity_percentage": left,
            }
    return values


def ranked(state: State, task: Task, target: Target, workers: list[str]) -> list[str]:
    """By each clause in turn; equals stay longest idle first."""
    names = {sid: names_for(state, task, sid, target.order_text) for sid in workers}
    for value, descending in reversed(target.order_by):
        values = {sid: value(names[sid]) for sid in workers}
        if all(found is None or is_whole(found) for found in values.values()):
            workers = in_order(workers, values, descending)
    return workers


def is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def in_order(
    workers: list[str], values: dict[str, int | None], descending: bool
) -> list[str]:
    """Who has no value comes last, whatever the direction."""

    def rank(worker_sid: str) -> tuple[bool, int]:
        value = values[worker_sid]
        if value is None:
            return True, 0
        return False, -value if descending else value

    return sorted(workers, key=rank)
