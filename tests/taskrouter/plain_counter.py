"""TaskRouter's statistics, counted the plain way from a list of events.

Written for the tests alone and from the reference alone: slow, and easy to believe. An
event is as the API gives it, the oldest first.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

Event = dict[str, Any]
ENDS = ("task.canceled", "task.completed", "task.deleted", "task.system-deleted")
ENDED = "ended"
OFFER_ENDS = ("accepted", "rejected", "timeout", "canceled", "rescinded")
RESERVATIONS = {
    "reservations_created": "reservation.created",
    "reservations_accepted": "reservation.accepted",
    "reservations_rejected": "reservation.rejected",
    "reservations_timed_out": "reservation.timeout",
    "reservations_canceled": "reservation.canceled",
    "reservations_rescinded": "reservation.rescinded",
}
TASKS = {
    "tasks_canceled": "task.canceled",
    "tasks_completed": "task.completed",
    "tasks_deleted": "task.deleted",
    "tasks_moved": "task-queue.moved",
}


@dataclass
class Stay:
    worker: str
    activity: str
    start: int
    end: int


@dataclass
class TaskNow:
    created: int
    channel: str
    workflow: str = ""
    queue: str = ""
    entered: int = 0
    priority: int = 0
    offers: set[str] = field(default_factory=set)
    status: str = ""
    accepted: bool = False
    "By anybody, ever: what is waited for from then on comes after a transfer."

    @property
    def shown(self) -> str:
        return self.status or ("reserved" if self.offers else "pending")


class PlainCounter:
    def __init__(self, events: list[Event], now: int) -> None:
        self.events, self.now = events, now
        self.tasks: dict[str, TaskNow] = {}
        self.waited: dict[str, tuple[int, int]] = {}
        self.after_transfer: set[str] = set()
        self.activities: dict[str, str] = {}
        self.gone_activities: set[str] = set()
        self.worker_names: dict[str, str] = {}
        self.stays: list[Stay] = []
        self.present: dict[str, Stay] = {}
        self.teams: dict[str, str] = {}
        for event in events:
            self.follow_task(event)
            self.follow_worker(event)
            self.follow_activity(event)

    def follow_task(self, event: Event) -> None:
        data, type, ms = (
            event["event_data"],
            event["event_type"],
            event["event_date_ms"],
        )
        sid = data.get("task_sid")
        if not sid:
            return
        if type == "task.created":
            self.tasks[sid] = TaskNow(ms, data["task_channel_unique_name"])
        task = self.tasks[sid]
        task.priority = int(data["task_priority"])
        task.workflow = data.get("workflow_sid", task.workflow)
        if type == "task-queue.entered":
            task.queue, task.entered = data["task_queue_sid"], ms
        if type in ("reservation.accepted", "task.canceled"):
            began = task.entered or task.created
            if task.accepted:
                self.after_transfer.add(event["sid"])
            self.waited[event["sid"]] = (
                (ms - task.created) // 1000,
                (ms - began) // 1000,
            )
        if type == "reservation.created":
            task.offers.add(data["reservation_sid"])
        if type.removeprefix("reservation.") in OFFER_ENDS:
            task.offers.discard(data.get("reservation_sid"))
        if type == "reservation.accepted":
            task.status, task.accepted = "assigned", True
        if type == "task.transfer-initiated":
            task.status = ""
        if type in ("task.transfer-failed", "task.transfer-canceled"):
            task.status = data["task_assignment_status"]
        if type == "task.wrapup":
            task.status = "wrapping"
        if type in ENDS:
            # For some minutes it can still be changed, and deleted once more.
            task.status = ENDED

    def follow_worker(self, event: Event) -> None:
        data, type, ms = (
            event["event_data"],
            event["event_type"],
            event["event_date_ms"],
        )
        if not type.startswith("worker."):
            return
        sid = data["worker_sid"]
        self.worker_names[sid] = data["worker_name"]
        self.teams[sid] = json.loads(data["worker_attributes"]).get("team", "")
        if type in ("worker.activity.update", "worker.deleted"):
            self.stays.append(self.present.pop(sid))
            self.stays[-1].end = ms
        if type in ("worker.created", "worker.activity.update"):
            self.present[sid] = Stay(sid, data["worker_activity_sid"], ms, self.now)

    def follow_activity(self, event: Event) -> None:
        data, type = event["event_data"], event["event_type"]
        if type.startswith("activity."):
            self.activities[data["activity_sid"]] = data["activity_name"]
        if type == "activity.deleted":
            self.gone_activities.add(data["activity_sid"])

    # What happened in a window.

    def inside(self, start: int, end: int, channel: str | None) -> list[Event]:
        return [
            event
            for event in self.events
            if start <= event["event_date_ms"] < end
            and channel in (None, event["event_data"].get("task_channel_unique_name"))
        ]

    def cumulative(
        self, subject: str, sid: str, window: tuple[int, int], channel: str | None
    ) -> dict[str, Any]:
        own = [one for one in self.inside(*window, channel) if is_of(subject, sid, one)]
        types = Counter(one["event_type"] for one in own)
        table = {**RESERVATIONS, **TASKS}
        if subject == "workspace":
            table["tasks_created"] = "task.created"
        if subject == "queue":
            table["tasks_entered"] = "task-queue.entered"
        if subject == "workflow":
            table["tasks_entered"] = "workflow.entered"
        if subject != "queue":
            table["tasks_timed_out_in_workflow"] = "workflow.timeout"
        accepted = self.waits(own, "reservation.accepted")
        figures: dict[str, Any] = {name: types[type] for name, type in table.items()}
        figures["wait_duration_until_accepted"] = spread([a for a, _ in accepted])
        canceled = [a for a, _ in self.waits(own, "task.canceled")]
        figures["wait_duration_until_canceled"] = spread(canceled)
        figures["avg_task_acceptance_time"] = spread([a for a, _ in accepted])["avg"]
        if subject == "queue":
            inside = spread([b for _, b in accepted])
            figures["wait_duration_in_queue_until_accepted"] = inside
        return figures

    def split(
        self,
        subject: str,
        sid: str,
        window: tuple[int, int],
        channel: str | None,
        limits: list[int],
    ) -> dict[str, Any]:
        own = [
            one
            for one in self.inside(*window, channel)
            if is_of(subject, sid, one) and one["sid"] not in self.after_transfer
        ]
        accepted = [a for a, _ in self.waits(own, "reservation.accepted")]
        canceled = [a for a, _ in self.waits(own, "task.canceled")]
        found = {}
        for limit in limits:
            found[str(limit)] = {
                "above": {
                    "reservations_accepted": len([a for a in accepted if a > limit]),
                    "tasks_canceled": len([a for a in canceled if a > limit]),
                },
                "below": {
                    "reservations_accepted": len([a for a in accepted if a <= limit]),
                    "tasks_canceled": len([a for a in canceled if a <= limit]),
                },
            }
        return found

    def waits(self, events: list[Event], type: str) -> list[tuple[int, int]]:
        return [self.waited[one["sid"]] for one in events if one["event_type"] == type]

    def of_workers(
        self, workers: set[str], window: tuple[int, int], channel: str | None
    ) -> dict[str, Any]:
        """`activity_durations` maps the sid of an activity to its spread."""
        start, end = window
        types = Counter(
            one["event_type"]
            for one in self.inside(start, end, channel)
            if one["event_data"].get("worker_sid") in workers
        )
        spent = defaultdict(list)
        for stay in [*self.stays, *self.present.values()]:
            ms = min(stay.end, end) - max(stay.start, start)
            if stay.worker in workers and ms > 0:
                spent[stay.activity].append(ms)
        shown = {*spent, *(self.activities.keys() - self.gone_activities)}
        return {
            **{name: types[type] for name, type in RESERVATIONS.items()},
            "activity_durations": {
                sid: (self.activities[sid], whole_seconds(spread(spent[sid])))
                for sid in shown
            },
        }

    # What is there now.

    def tasks_now(self, subject: str, sid: str, channel: str | None) -> dict[str, Any]:
        own = {
            task_sid: task
            for task_sid, task in self.tasks.items()
            if task.status != ENDED
            and channel in (None, task.channel)
            and (subject == "workspace" or sid in (task.queue, task.workflow))
        }
        waiting = {k: v for k, v in own.items() if v.shown in ("pending", "reserved")}
        oldest = min(((v.created, k) for k, v in waiting.items()), default=None)
        statuses = Counter(one.shown for one in own.values())
        found: dict[str, Any] = {
            "total_tasks": len(own),
            "tasks_by_status": {
                one: statuses[one]
                for one in ("pending", "reserved", "assigned", "wrapping")
            },
            "tasks_by_priority": dict(Counter(str(v.priority) for v in own.values())),
            "longest_task_waiting_age": self.age(oldest),
            "longest_task_waiting_sid": oldest[1] if oldest else None,
        }
        if subject == "queue":
            longest = min(((v.entered, k) for k, v in waiting.items()), default=None)
            found["longest_relative_task_age_in_queue"] = self.age(longest)
            found["longest_relative_task_sid_in_queue"] = longest and longest[1]
        return found

    def age(self, since: tuple[int, str] | None) -> int:
        return (self.now - since[0]) // 1000 if since else 0

    def workers_now(self, workers: set[str]) -> dict[str, int]:
        """How many of them are in each activity, zeros included."""
        counts = Counter(
            stay.activity for sid, stay in self.present.items() if sid in workers
        )
        return {
            sid: counts[sid] for sid in self.activities.keys() - self.gone_activities
        }


def is_of(subject: str, sid: str, event: Event) -> bool:
    data = event["event_data"]
    if subject == "workspace":
        return True
    if subject == "workflow":
        return bool(data.get("workflow_sid") == sid)
    if event["event_type"] == "task-queue.moved":
        return bool(data["previous_task_queue_sid"] == sid)
    return bool(data.get("task_queue_sid") == sid)


def spread(numbers: list[int]) -> dict[str, int]:
    if not numbers:
        return {"avg": 0, "min": 0, "max": 0, "total": 0}
    return {
        "avg": sum(numbers) // len(numbers),
        "min": min(numbers),
        "max": max(numbers),
        "total": sum(numbers),
    }


def whole_seconds(ms: dict[str, int]) -> dict[str, int]:
    return {name: value // 1000 for name, value in ms.items()}
