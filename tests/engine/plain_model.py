"""Who is offered what, as TaskRouter's documentation tells it: plain and slow.

It looks through all records each time, keeps nothing, and shares no code with the
engine but the expression language.
"""

import json
from dataclasses import dataclass
from typing import Any

from expressions import compile_expression, order_clauses, worker_values

LIVE = ("pending", "accepted", "wrapping")
Tables = dict[str, dict[str, Any]]
# By what the workspace empties first.
FIFO_RANK = {"FIFO": 0, "LIFO": 1}
LIFO_RANK = {"FIFO": 1, "LIFO": 0}
OWN_LINE_RANK = {"FIFO": 0, "LIFO": -1}


@dataclass(frozen=True)
class PlainModel:
    tables: Tables
    now: int

    def rows(self, kind: str, **fields: Any) -> list[Any]:
        """All whose fields have these values."""
        return [
            one
            for one in self.tables[kind].values()
            if all(getattr(one, name) == value for name, value in fields.items())
        ]

    def first_task(self, worker: Any) -> Any:
        """What the worker is offered next: None where nothing waits that he can take."""
        tasks = [one for one in self.waiting() if self.can_take(worker, one)]
        return min(tasks, key=lambda task: self.turn_of(worker, task), default=None)

    def waiting(self) -> list[Any]:
        return [
            one
            for one in self.tables["task"].values()
            if one.assignment_status in ("pending", "reserved")
        ]

    def turn_of(self, worker: Any, task: Any) -> tuple[Any, ...]:
        """Ringing nowhere, then the kind of queue emptied first, then its own order."""
        workspace = self.tables["workspace"][task.workspace_sid]
        queue = self.tables["task_queue"].get(task.task_queue_sid)
        rings = bool(self.ringing(task))
        first = workspace.prioritize_queue_order
        if queue is not None and queue.task_order == "LIFO" and not task.past_queue:
            newest = (0, -task.virtual_start_time, -task.sequence)
            return rings, LIFO_RANK[first], *newest
        rank = OWN_LINE_RANK if task.past_queue else FIFO_RANK
        oldest = (-task.priority, task.virtual_start_time, task.sequence)
        return rings, rank[first], *oldest

    def ringing(self, task: Any) -> list[Any]:
        return self.rows("reservation", task_sid=task.sid, reservation_status="pending")

    def best_worker(self, task: Any) -> Any:
        """Who is offered the task first; None where nobody can take it."""
        workers = [one for one in self.rows("worker") if self.can_take(one, task)]
        workers.sort(key=lambda worker: self.idle(worker, task))
        for value, descending in reversed(self.order_by(task)):
            workers = in_order(
                workers, [value(self.names(one, task)) for one in workers], descending
            )
        return workers[0] if workers else None

    def idle(self, worker: Any, task: Any) -> tuple[int, int]:
        """Since when; by a clock of the channel's own where it is so set."""
        channel = self.tables["task_channel"][task.task_channel_sid]
        clock = (
            self.channel_of(worker, task)
            if channel.channel_optimized_routing
            else worker
        )
        return clock.idle_since, clock.idle_order

    def order_by(self, task: Any) -> list[Any]:
        text = self.target(task).get("order_by")
        return list(order_clauses(text)) if text else []

    def can_take(self, worker: Any, task: Any) -> bool:
        return (
            worker.workspace_sid == task.workspace_sid
            and self.is_asked_for(worker, task)
            and self.may_ring(worker, task)
            and (task.past_queue or self.belongs(worker, task))
            and (task.ignore_capacity or self.is_ready(worker, task))
            and self.fits(worker, task)
        )

    def is_asked_for(self, worker: Any, task: Any) -> bool:
        """Whether the task is for this worker, by sid and name, or for anybody."""
        sid, name = task.only_worker_sid, task.only_worker_name
        return sid in (None, worker.sid) and name in (None, worker.friendly_name)

    def may_ring(self, worker: Any, task: Any) -> bool:
        """He has no part in it; nobody is asked twice while it rings elsewhere."""
        own = self.rows("reservation", task_sid=task.sid, worker_sid=worker.sid)
        if any(one.reservation_status in LIVE for one in own):
            return False
        ringing = self.ringing(task)
        if not ringing:
            return True
        over = task.target_ends is not None and task.target_ends <= self.now
        asked = any(one.round == task.assignments for one in own)
        return not over and not asked and len(ringing) < self.most(task)

    def most(self, task: Any) -> int:
        queue = self.tables["task_queue"].get(task.task_queue_sid)
        held = (task.only_worker_sid, task.only_worker_name) != (None, None)
        return 1 if queue is None or held else int(queue.max_reserved_workers)

    def belongs(self, worker: Any, task: Any) -> bool:
        queue = self.tables["task_queue"].get(task.task_queue_sid)
        if queue is None:
            return False
        text = queue.target_workers
        return text != "" and compile_expression(text).matches(self.skills(worker))

    def is_ready(self, worker: Any, task: Any) -> bool:
        activity = self.tables["activity"][worker.activity_sid]
        return activity.available and self.has_room(worker, task)

    def has_room(self, worker: Any, task: Any) -> bool:
        held = [
            one
            for one in self.rows("reservation", worker_sid=worker.sid)
            if one.reservation_status in LIVE
        ]
        if not self.tables["workspace"][worker.workspace_sid].multi_task_enabled:
            return not held
        own = self.channel_of(worker, task)
        used = sum(one.task_channel_sid == own.task_channel_sid for one in held)
        return bool(own.available and used < own.configured_capacity)

    def channel_of(self, worker: Any, task: Any) -> Any:
        channel = task.task_channel_sid
        return self.rows(
            "worker_channel", worker_sid=worker.sid, task_channel_sid=channel
        )[0]

    def fits(self, worker: Any, task: Any) -> bool:
        text = self.target(task).get("expression")
        names = self.names(worker, task)
        return not text or compile_expression(text).matches(names)

    def names(self, worker: Any, task: Any) -> dict[str, Any]:
        skills = {**self.skills(worker), "channel": self.channels(worker)}
        return {"task": json.loads(task.attributes), "worker": skills}

    def channels(self, worker: Any) -> dict[str, dict[str, int]]:
        """What `worker.channel` shows."""
        found = {}
        for own in self.rows("worker_channel", worker_sid=worker.sid):
            statuses = self.held_on(own)
            most = own.configured_capacity
            left = 100 * (most - len(statuses)) // most if most else 0
            name = self.tables["task_channel"][own.task_channel_sid].unique_name
            found[name] = {
                "configured_capacity": most,
                "assigned_tasks": statuses.count("accepted"),
                "available_capacity_percentage": max(0, left),
            }
        return found

    def held_on(self, channel: Any) -> list[str]:
        """The status of each reservation that takes room there."""
        rows = self.rows(
            "reservation",
            worker_sid=channel.worker_sid,
            task_channel_sid=channel.task_channel_sid,
        )
        return [
            one.reservation_status for one in rows if one.reservation_status in LIVE
        ]

    def skills(self, worker: Any) -> dict[str, Any]:
        return worker_values(
            json.loads(worker.attributes),
            worker.sid,
            worker.friendly_name,
            worker.activity_sid,
            self.tables["activity"][worker.activity_sid].friendly_name,
        )

    def target(self, task: Any) -> dict[str, Any]:
        """The step it waits in, of the configuration it came there by."""
        if task.filter_at is None:
            return {}
        routing = json.loads(self.configuration(task))["task_routing"]
        if task.filter_at < 0:
            return dict(routing["default_filter"])
        return dict(routing["filters"][task.filter_at]["targets"][task.target_at])

    def configuration(self, task: Any) -> str:
        version = task.configuration_version
        workflow = self.tables["workflow"][task.workflow_sid]
        if workflow.configuration_version == version:
            return str(workflow.configuration)
        [old] = self.rows(
            "configuration",
            workflow_sid=task.workflow_sid,
            configuration_version=version,
        )
        return str(old.configuration)


def in_order(workers: list[Any], values: list[Any], descending: bool) -> list[Any]:
    """Whole numbers or none: anything else, and the clause is disregarded."""
    if any(type(value) not in (int, type(None)) for value in values):
        return workers
    having = [pair for pair in zip(values, workers, strict=True) if pair[0] is not None]
    having.sort(key=lambda pair: -pair[0] if descending else pair[0])
    without = [w for v, w in zip(values, workers, strict=True) if v is None]
    return [worker for _, worker in having] + without
