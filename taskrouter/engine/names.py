"""What each kind of expression sees."""

from typing import Any

from taskrouter.engine.state import State


def filter_names(values: dict[str, Any]) -> dict[str, Any]:
    """A workflow's filters see a task's attributes bare; `task.x` is understood too."""
    return {"task": values, **values}


def names_for(
    state: State, values: dict[str, Any], worker_sid: str, text: str
) -> dict[str, Any]:
    """What a target's expression sees of a task's attributes and a worker."""
    worker = state.worker_values[worker_sid]
    if "channel" in text:
        worker = {**worker, "channel": channel_values(state, worker_sid)}
    return {"task": values, "worker": worker}


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


def queue_names(state: State, queue_sid: str) -> dict[str, int]:
    """What `workers.` shows a skip_if: available, unavailable, each activity."""
    counts = nobody(state, state.task_queues[queue_sid].workspace_sid)
    for worker_sid in state.members.of_queue[queue_sid]:
        activity = state.activities[state.workers[worker_sid].activity_sid]
        counts[activity.sid] += 1
        counts["available" if activity.available else "unavailable"] += 1
    return counts


def nobody(state: State, workspace_sid: str) -> dict[str, int]:
    """As queue_names, of a queue without workers."""
    activities = state.sids_inside(workspace_sid, "activity")
    return {"available": 0, "unavailable": 0, **dict.fromkeys(activities, 0)}
