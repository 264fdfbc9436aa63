"""What real-time statistics say, counted plainly from all records."""

from collections import Counter
from typing import Any

from taskrouter.engine import statistics
from taskrouter.engine.state import State

LIVE = ("pending", "reserved", "assigned", "wrapping")
WAITING = ("pending", "reserved")


def judge_census(state: State, now: int) -> None:
    """Of each workspace, queue and workflow, over all channels and over each used."""
    for ws in state.workspaces:
        tasks = [one for one in state.tasks.values() if one.workspace_sid == ws]
        for channel in (None, *{one.task_channel_sid for one in tasks}):
            there = [one for one in tasks if channel in (None, one.task_channel_sid)]
            judge_workspace(state, ws, channel, there, now)


def judge_workspace(
    state: State, ws: str, channel: str | None, tasks: list[Any], now: int
) -> None:
    workers = [one for one in state.workers.values() if one.workspace_sid == ws]
    told = statistics.workspace_now(state, ws, channel, now)
    assert told == {
        **tasks_now(tasks, now),
        "total_workers": len(workers),
        "activity_statistics": activities(state, ws, workers),
    }
    for flow in state.inside(ws, "workflow"):
        own = [one for one in tasks if one.workflow_sid == flow.sid]
        told = statistics.workflow_now(state, flow.sid, channel, now)
        assert told == tasks_now(own, now)
    for queue in state.inside(ws, "task_queue"):
        own = [one for one in tasks if one.task_queue_sid == queue.sid]
        members = [one for one in workers if queue.sid in queues_of(state, one.sid)]
        told = statistics.queue_now(state, ws, queue.sid, channel, now)
        assert told == {
            **tasks_now(own, now),
            **in_queue(own, now),
            **members_now(state, ws, members),
        }


def queues_of(state: State, worker_sid: str) -> Any:
    """Whom a queue addresses is judged by every offer; here it is believed."""
    return state.members.queues_of[worker_sid]


def tasks_now(tasks: list[Any], now: int) -> dict[str, Any]:
    live = [one for one in tasks if one.assignment_status in LIVE]
    waiting = [
        (one.date_created, one.sid) for one in live if one.assignment_status in WAITING
    ]
    since, sid = min(waiting, default=(now, None))
    statuses = Counter(one.assignment_status for one in live)
    return {
        "tasks_by_status": {status: statuses[status] for status in LIVE},
        "tasks_by_priority": dict(Counter(str(one.priority) for one in live)),
        "total_tasks": len(live),
        "longest_task_waiting_age": (now - since) // 1000,
        "longest_task_waiting_sid": sid,
    }


def in_queue(tasks: list[Any], now: int) -> dict[str, Any]:
    waiting = [
        (one.task_queue_entered_date, one.sid)
        for one in tasks
        if one.assignment_status in WAITING
    ]
    since, sid = min(waiting, default=(now, None))
    return {
        "longest_relative_task_age_in_queue": (now - since) // 1000,
        "longest_relative_task_sid_in_queue": sid,
    }


def members_now(state: State, ws: str, members: list[Any]) -> dict[str, Any]:
    there = [state.activities[one.activity_sid].available for one in members]
    return {
        "activity_statistics": activities(state, ws, members),
        "total_eligible_workers": len(members),
        "total_available_workers": sum(there),
    }


def activities(state: State, ws: str, workers: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "sid": one.sid,
            "friendly_name": one.friendly_name,
            "workers": sum(worker.activity_sid == one.sid for worker in workers),
        }
        for one in state.inside(ws, "activity")
    ]
