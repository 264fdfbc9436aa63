"""TaskRouter's own statistics, as its reference shapes them.

Real-time figures come from the state's census, cumulative ones from counts of the events
of a window. Durations are whole seconds. Account, workspace and address are added by the
API.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from taskrouter.engine.census import Crowd
from taskrouter.engine.records import Activity
from taskrouter.engine.state import State

STATUSES = ("pending", "reserved", "assigned", "wrapping")
Figures = dict[str, Any]


def tasks_now(crowd: Crowd, now: int) -> Figures:
    """What every real-time answer about tasks has in common."""
    since, sid = crowd.oldest or (now, None)
    return {
        "tasks_by_status": {status: crowd.statuses[status] for status in STATUSES},
        "tasks_by_priority": {str(key): n for key, n in crowd.priorities.items()},
        "total_tasks": crowd.statuses.total(),
        "longest_task_waiting_age": (now - since) // 1000,
        "longest_task_waiting_sid": sid,
    }


def workspace_now(
    state: State, workspace_sid: str, channel_sid: str | None, now: int
) -> Figures:
    crowd = state.task_census.workspace(workspace_sid, channel_sid)
    return {**workers_now(state, workspace_sid), **tasks_now(crowd, now)}


def workflow_now(
    state: State, workflow_sid: str, channel_sid: str | None, now: int
) -> Figures:
    workspace_sid = state.workflows[workflow_sid].workspace_sid
    crowd = state.task_census.workflow(workspace_sid, workflow_sid, channel_sid)
    return tasks_now(crowd, now)


def queue_now(
    state: State, workspace_sid: str, queue_sid: str, channel_sid: str | None, now: int
) -> Figures:
    """A queue that is not of this workspace has nobody and nothing in it."""
    queue = state.task_queues.get(queue_sid)
    if queue is None or queue.workspace_sid != workspace_sid:
        queue_sid = ""
    crowd = state.task_census.queue(queue_sid, channel_sid) if queue_sid else NOBODY
    since, sid = crowd.longest_in_queue or (now, None)
    return {
        **queue_workers(state, workspace_sid, queue_sid),
        **tasks_now(crowd, now),
        "longest_relative_task_age_in_queue": (now - since) // 1000,
        "longest_relative_task_sid_in_queue": sid,
    }


NOBODY = Crowd(Counter(), Counter(), None, None)


def queue_workers(state: State, workspace_sid: str, queue_sid: str) -> Figures:
    counts = Counter(dict(state.worker_census.by_activity(queue_sid)))
    available = sum(n for sid, n in counts.items() if state.activities[sid].available)
    return {
        "activity_statistics": activity_statistics(state, workspace_sid, counts),
        "total_eligible_workers": counts.total(),
        "total_available_workers": available,
    }


def workers_now(
    state: State, workspace_sid: str, chosen: Iterable[str] | None = None
) -> Figures:
    """Of the workers with these sids; None: of all."""
    if chosen is None:
        counts = Counter(dict(state.worker_census.by_activity(workspace_sid)))
    else:
        counts = Counter(state.workers[sid].activity_sid for sid in chosen)
    return {
        "activity_statistics": activity_statistics(state, workspace_sid, counts),
        "total_workers": counts.total(),
    }


def activity_statistics(
    state: State, workspace_sid: str, counts: Mapping[str, int]
) -> list[Figures]:
    """One row per activity, zero rows included."""
    activities: Iterable[Activity] = state.inside(workspace_sid, "activity")
    return [
        {
            "sid": one.sid,
            "friendly_name": one.friendly_name,
            "workers": counts.get(one.sid, 0),
        }
        for one in activities
    ]


@dataclass(frozen=True, slots=True)
class Spread:
    """What some durations add up to, in whatever unit they have."""

    n: int = 0
    total: int = 0
    least: int = 0
    most: int = 0

    def __add__(self, other: "Spread") -> "Spread":
        if not self.n or not other.n:
            return self if self.n else other
        return Spread(
            self.n + other.n,
            self.total + other.total,
            min(self.least, other.least),
            max(self.most, other.most),
        )

    def shown(self, unit: int = 1) -> Figures:
        """In whole seconds; `unit` is how many of the durations' unit make one."""
        return {
            "avg": self.total // self.n // unit if self.n else 0,
            "min": self.least // unit,
            "max": self.most // unit,
            "total": self.total // unit,
        }


NONE = Spread()


@dataclass(frozen=True, slots=True)
class Count:
    """The events of one type in a window; ages are of those that end a wait."""

    n: int = 0
    age: Spread = NONE
    queue_age: Spread = NONE


@dataclass(slots=True)
class Counts:
    """Of one subject: by type of event, and how long those waited that are split."""

    by_type: dict[str, Count] = field(default_factory=dict)
    waits: Counter[tuple[str, int]] = field(default_factory=Counter)
    "(type, seconds) -> how many; only counted where a split was asked for."

    def of(self, type: str) -> Count:
        return self.by_type.get(type, Count())


RESERVATIONS = {
    "reservations_created": "reservation.created",
    "reservations_accepted": "reservation.accepted",
    "reservations_rejected": "reservation.rejected",
    "reservations_timed_out": "reservation.timeout",
    "reservations_canceled": "reservation.canceled",
    "reservations_rescinded": "reservation.rescinded",
}
MOVED = "task-queue.moved"
TASKS = {
    "tasks_canceled": "task.canceled",
    "tasks_completed": "task.completed",
    "tasks_deleted": "task.deleted",
    "tasks_moved": MOVED,
}
OF_SUBJECT = {
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
TABLES = {
    subject: {**RESERVATIONS, **TASKS, **own} for subject, own in OF_SUBJECT.items()
}
"Of each subject, its figures and the type of event each of them counts."
WAITS = {
    "reservations_accepted": "reservation.accepted",
    "tasks_canceled": "task.canceled",
}


def cumulative(
    subject: str, counts: Counts, thresholds: Sequence[int] | None
) -> Figures:
    """`subject`: workspace, queue or workflow."""
    accepted = counts.of("reservation.accepted")
    canceled = counts.of("task.canceled")
    figures: Figures = {
        "avg_task_acceptance_time": accepted.age.shown()["avg"],
        **{name: counts.of(type).n for name, type in TABLES[subject].items()},
        "wait_duration_until_accepted": accepted.age.shown(),
        "wait_duration_until_canceled": canceled.age.shown(),
        "split_by_wait_time": split(counts.waits, thresholds),
    }
    if subject == "queue":
        inside = accepted.queue_age.shown()
        figures["wait_duration_in_queue_until_accepted"] = inside
    return figures


def split(
    waits: Mapping[tuple[str, int], int], thresholds: Sequence[int] | None
) -> Figures | None:
    """Below holds those who waited at most the threshold."""
    if thresholds is None:
        return None
    return {
        str(limit): {
            side: {
                name: sum(
                    n
                    for (type, seconds), n in waits.items()
                    if type == wanted and (seconds <= limit) == below
                )
                for name, wanted in WAITS.items()
            }
            for side, below in (("above", False), ("below", True))
        }
        for limit in thresholds
    }


def of_workers(
    reservations: Mapping[str, int],
    names: Mapping[str, str],
    spells: Mapping[str, Spread],
) -> Figures:
    """`names`: of every activity there is or was; `spells`: ms spent in each."""
    return {
        **{name: reservations.get(type, 0) for name, type in RESERVATIONS.items()},
        "activity_durations": [
            {
                "sid": sid,
                "friendly_name": name,
                **spells.get(sid, NONE).shown(1000),
            }
            for sid, name in names.items()
        ],
    }


def spell(start: int, end: int) -> Spread:
    """One stay of `end - start`; none at all where that is nothing."""
    spent = end - start
    return Spread(1, spent, spent, spent) if spent > 0 else NONE
