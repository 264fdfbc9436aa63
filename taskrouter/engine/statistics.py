"""TaskRouter's own statistics, as its reference shapes them.

Real-time figures come from the state. Cumulative ones come from the events of the window
alone, so that they cost what the window holds and not what the history holds.
Durations are whole seconds. Account, workspace and address are added by the API.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from taskrouter.engine.events import Event
from taskrouter.engine.records import TASK_LIVE, TASK_WAITING, Task, Worker
from taskrouter.engine.state import State

STATUSES = ("pending", "reserved", "assigned", "wrapping")
Figures = dict[str, Any]


def live_tasks(state: State, workspace_sid: str, channel_sid: str | None) -> list[Task]:
    return [
        task
        for task in state.inside(workspace_sid, "task")
        if task.assignment_status in TASK_LIVE
        and (channel_sid is None or task.task_channel_sid == channel_sid)
    ]


def realtime_tasks(tasks: Iterable[Task], now: int) -> Figures:
    """What every real-time answer about tasks has in common."""
    tasks = list(tasks)
    statuses = Counter(task.assignment_status for task in tasks)
    waiting = [task for task in tasks if task.assignment_status in TASK_WAITING]
    oldest = min(waiting, key=lambda task: task.date_created, default=None)
    return {
        "tasks_by_status": {status: statuses[status] for status in STATUSES},  # type: ignore[index]
        "tasks_by_priority": dict(Counter(str(task.priority) for task in tasks)),
        "total_tasks": len(tasks),
        "longest_task_waiting_age": (now - oldest.date_created) // 1000
        if oldest
        else 0,
        "longest_task_waiting_sid": oldest.sid if oldest else None,
    }


def activity_statistics(
    state: State, workspace_sid: str, workers: Iterable[Worker]
) -> list[Figures]:
    """One row per activity, zero rows included."""
    counts = Counter(worker.activity_sid for worker in workers)
    return [
        {"sid": one.sid, "friendly_name": one.friendly_name, "workers": counts[one.sid]}
        for one in state.inside(workspace_sid, "activity")
    ]


def realtime_workspace(
    state: State, workspace_sid: str, channel_sid: str | None, now: int
) -> Figures:
    tasks = live_tasks(state, workspace_sid, channel_sid)
    return {
        **realtime_workers(state, workspace_sid),
        **realtime_tasks(tasks, now),
    }


def realtime_workers(state: State, workspace_sid: str) -> Figures:
    workers = list(state.inside(workspace_sid, "worker"))
    return {
        "activity_statistics": activity_statistics(state, workspace_sid, workers),
        "total_workers": len(workers),
    }


def realtime_workflow(
    state: State, workflow_sid: str, channel_sid: str | None, now: int
) -> Figures:
    workspace_sid = state.workflows[workflow_sid].workspace_sid
    tasks = live_tasks(state, workspace_sid, channel_sid)
    return realtime_tasks(
        (task for task in tasks if task.workflow_sid == workflow_sid), now
    )


def realtime_queues(
    state: State,
    workspace_sid: str,
    queue_sids: Sequence[str],
    channel_sid: str | None,
    now: int,
) -> dict[str, Figures]:
    """One answer per queue from one pass over the tasks; unknown queues are all zero."""
    tasks: dict[str | None, list[Task]] = defaultdict(list)
    for task in live_tasks(state, workspace_sid, channel_sid):
        tasks[task.task_queue_sid].append(task)
    return {
        sid: {
            **queue_workers(state, workspace_sid, sid),
            **realtime_tasks(tasks[sid], now),
            **relative_age(tasks[sid], now),
        }
        for sid in queue_sids
    }


def queue_workers(state: State, workspace_sid: str, queue_sid: str) -> Figures:
    workers = [state.workers[sid] for sid in state.members.of_queue.get(queue_sid, ())]
    available = [one for one in workers if state.activities[one.activity_sid].available]
    return {
        "activity_statistics": activity_statistics(state, workspace_sid, workers),
        "total_eligible_workers": len(workers),
        "total_available_workers": len(available),
    }


def relative_age(tasks: list[Task], now: int) -> Figures:
    """The longest time since entering this queue."""
    waiting = [task for task in tasks if task.assignment_status in TASK_WAITING]
    entered = [(task.task_queue_entered_date or now, task.sid) for task in waiting]
    since, sid = min(entered, default=(now, None))
    return {
        "longest_relative_task_age_in_queue": (now - since) // 1000,
        "longest_relative_task_sid_in_queue": sid,
    }


COUNTED = {
    "reservations_created": "reservation.created",
    "reservations_accepted": "reservation.accepted",
    "reservations_rejected": "reservation.rejected",
    "reservations_timed_out": "reservation.timeout",
    "reservations_canceled": "reservation.canceled",
    "reservations_rescinded": "reservation.rescinded",
}
COUNTED_TASKS = {
    "tasks_canceled": "task.canceled",
    "tasks_completed": "task.completed",
    "tasks_deleted": "task.deleted",
    "tasks_moved": "task-queue.moved",
}
COUNTED_BY_SUBJECT = {
    "workspace": {
        "tasks_created": "task.created",
        "tasks_timed_out_in_workflow": "workflow.timeout",
    },
    "queue": {"tasks_entered": "task-queue.entered"},
    "workflow": {
        "tasks_entered": "workflow.entered",
        "tasks_timed_out_in_workflow": "workflow.timeout",
    },
}


def of_channel(events: Iterable[Event], channel: str | None) -> list[Event]:
    """`channel` is a unique name; None keeps all."""
    if channel is None:
        return list(events)
    return [
        one for one in events if one.data.get("task_channel_unique_name") == channel
    ]


def cumulative(
    subject: str, sid: str, events: Iterable[Event], thresholds: Sequence[int] | None
) -> Figures:
    """`subject`: workspace, queue or workflow. Events are those of the window."""
    own = [one for one in events if belongs(subject, sid, one)]
    types = Counter(one.type for one in own)
    accepted = [one for one in own if one.type == "reservation.accepted"]
    canceled = [one for one in own if one.type == "task.canceled"]
    waits = spread([age(one) for one in accepted])
    figures: Figures = {
        "avg_task_acceptance_time": waits["avg"],
        **counts(types, {**COUNTED, **COUNTED_TASKS, **COUNTED_BY_SUBJECT[subject]}),
        "wait_duration_until_accepted": waits,
        "wait_duration_until_canceled": spread([age(one) for one in canceled]),
        "split_by_wait_time": split(accepted, canceled, thresholds),
    }
    if subject == "queue":
        inside = [age_in_queue(one) for one in accepted]
        figures["wait_duration_in_queue_until_accepted"] = spread(inside)
    return figures


def belongs(subject: str, sid: str, event: Event) -> bool:
    if subject == "workspace":
        return True
    if subject == "workflow":
        return event.data.get("workflow_sid") == sid
    # A move is counted in the queue that was left.
    moved = event.type == "task-queue.moved"
    field = "previous_task_queue_sid" if moved else "task_queue_sid"
    return event.data.get(field) == sid


def counts(types: Counter[str], table: dict[str, str]) -> Figures:
    return {name: types[type] for name, type in table.items()}


def age(event: Event) -> int:
    return int(event.data["task_age"])


def age_in_queue(event: Event) -> int:
    entered = event.data.get("task_queue_entered_date")
    return event.ms // 1000 - int(entered) if entered else age(event)


def spread(seconds: list[int]) -> Figures:
    if not seconds:
        return {"avg": 0, "min": 0, "max": 0, "total": 0}
    total = sum(seconds)
    return {
        "avg": total // len(seconds),
        "min": min(seconds),
        "max": max(seconds),
        "total": total,
    }


def split(
    accepted: list[Event], canceled: list[Event], thresholds: Sequence[int] | None
) -> Figures | None:
    """Below holds those who waited at most the threshold."""
    if thresholds is None:
        return None
    return {
        str(limit): {
            side: {
                "reservations_accepted": sum(
                    (age(e) <= limit) == below for e in accepted
                ),
                "tasks_canceled": sum((age(e) <= limit) == below for e in canceled),
            }
            for side, below in (("above", False), ("below", True))
        }
        for limit in thresholds
    }


def cumulative_workers(
    state: State,
    workspace_sid: str,
    workers: Sequence[Worker],
    events: Iterable[Event],
    moves: Iterable[Event],
    window: tuple[int, int],
    now: int,
) -> Figures:
    """`events`: of the window; `moves`: worker.activity.update from its start to now."""
    chosen = {worker.sid for worker in workers}
    types = Counter(one.type for one in events if one.worker_sid in chosen)
    moves_of: dict[str, list[Event]] = defaultdict(list)
    for move in moves:
        moves_of[move.worker_sid].append(move)
    spells: dict[str, list[int]] = defaultdict(list)
    for worker in workers:
        for activity_sid, spent in spells_of(worker, moves_of[worker.sid], window, now):
            spells[activity_sid].append(spent // 1000)
    return {
        **counts(types, COUNTED),
        "activity_durations": [
            {
                "sid": one.sid,
                "friendly_name": one.friendly_name,
                **spread(spells[one.sid]),
            }
            for one in state.inside(workspace_sid, "activity")
        ],
    }


def spells_of(
    worker: Worker, moves: list[Event], window: tuple[int, int], now: int
) -> list[tuple[str, int]]:
    """(activity, ms spent in it inside the window), walking back from the present."""
    start, end = window
    spells, until, activity = [], now, worker.activity_sid
    for move in sorted(moves, key=lambda one: one.ms, reverse=True):
        spells.append((activity, max(move.ms, start), min(until, end)))
        until = move.ms
        activity = move.data["worker_previous_activity_sid"]
    spells.append((activity, max(worker.date_created, start), min(until, end)))
    return [(sid, last - first) for sid, first, last in spells if last > first]
