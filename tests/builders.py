"""Boring things with defaults, so that a test names only what matters."""

import json
import random
from typing import Any

from taskrouter.engine import commands
from taskrouter.engine.lifecycle import Decision, decide, next_due
from taskrouter.engine.records import Reservation, Task, Worker, Workspace
from taskrouter.engine.sids import Sids
from taskrouter.engine.state import State

ACCOUNT = "AC" + "0" * 32
START = 1_700_000_000_000


class Centre:
    """A TaskRouter in memory with a clock that only the test moves."""

    def __init__(
        self, seed: int = 1, now: int = START, state: State | None = None
    ) -> None:
        self.state = state or State()
        self.now = now
        self.sids = Sids(random.Random(seed))
        self.events: list[Any] = []
        self.decisions: list[Decision] = []
        self.workspace: Workspace = self.do(
            commands.CreateWorkspace(account_sid=ACCOUNT, friendly_name="Floor")
        )
        self.ws = self.workspace.sid

    def do(self, command: commands.Command) -> Any:
        decision = decide(self.state, command, self.now, self.sids)
        self.events += decision.events
        self.decisions.append(decision)
        return decision.result

    def pass_time(self, seconds: float) -> None:
        """Moves the clock, and lets everything due on the way happen at its time."""
        end = self.now + int(seconds * 1000)
        while (due := next_due(self.state)) is not None and due <= end:
            self.now = max(due, self.now)
            self.do(commands.TimePassed())
        self.now = end

    def activity(self, name: str) -> str:
        found = self.state.inside(self.ws, "activity")
        return str(next(one.sid for one in found if one.friendly_name == name))

    def worker(self, name: str, activity: str = "", **attributes: Any) -> Worker:
        """Available, or where one has one task at a time idle, unless said otherwise."""
        multi = self.state.workspaces[self.ws].multi_task_enabled
        activity = activity or ("Available" if multi else "Idle")
        worker: Worker = self.do(
            commands.CreateWorker(
                workspace_sid=self.ws,
                friendly_name=name,
                activity_sid=self.activity(activity),
                attributes=json.dumps(attributes),
            )
        )
        return worker

    def set_activity(self, worker: Worker, name: str, **more: Any) -> Worker:
        moved: Worker = self.do(
            commands.UpdateWorker(
                workspace_sid=self.ws,
                sid=worker.sid,
                activity_sid=self.activity(name),
                **more,
            )
        )
        return moved

    def set_capacity(self, worker: Worker, channel: str, capacity: int) -> None:
        self.do(
            commands.UpdateWorkerChannel(
                workspace_sid=self.ws,
                worker_sid=worker.sid,
                sid=channel,
                capacity=capacity,
            )
        )

    def queue(self, name: str = "Everybody", workers: str = "1==1", **more: Any) -> str:
        queue = self.do(
            commands.CreateTaskQueue(
                workspace_sid=self.ws,
                friendly_name=name,
                target_workers=workers,
                **more,
            )
        )
        return str(queue.sid)

    def workflow(self, *filters: dict[str, Any], default: str = "", **more: Any) -> str:
        routing: dict[str, Any] = {"filters": list(filters)}
        if default:
            routing["default_filter"] = {"queue": default}
        workflow = self.do(
            commands.CreateWorkflow(
                workspace_sid=self.ws,
                friendly_name=more.pop("name", f"Workflow {len(self.decisions)}"),
                configuration=json.dumps({"task_routing": routing}),
                **more,
            )
        )
        return str(workflow.sid)

    def task(self, workflow: str = "", **more: Any) -> Task:
        attributes = json.dumps(more.pop("attributes", {}))
        if workflow:
            more["workflow_sid"] = workflow
        task: Task = self.do(
            commands.CreateTask(workspace_sid=self.ws, attributes=attributes, **more)
        )
        return task

    def now_of(self, record: Any) -> Any:
        """The record as it is now."""
        kind = type(record).__name__.lower()
        return self.state.get(kind, record.sid)

    def offers(self, task: Task) -> list[Reservation]:
        return self.state.reservations_of_task(task.sid)

    def offered_to(self, task: Task) -> list[str]:
        """Names of those it rings at."""
        return [
            self.state.workers[one.worker_sid].friendly_name
            for one in self.offers(task)
            if one.reservation_status == "pending"
        ]

    def answer(
        self, task: Task, status: str = "accepted", nth: int = -1
    ) -> Reservation:
        found: Reservation = self.do(
            commands.UpdateReservation(
                workspace_sid=self.ws,
                sid=self.offers(task)[nth].sid,
                reservation_status=status,
            )
        )
        return found

    def end(self, task: Task, status: str, reason: str = "") -> Task:
        ended: Task = self.do(
            commands.UpdateTask(
                workspace_sid=self.ws,
                sid=task.sid,
                assignment_status=status,
                reason=reason,
            )
        )
        return ended

    def types(self) -> list[str]:
        return [event.type for event in self.events]


def to(queue: str, **target: Any) -> dict[str, Any]:
    return {"queue": queue, **target}


def when(expression: str, *targets: dict[str, Any], name: str = "") -> dict[str, Any]:
    return {
        "filter_friendly_name": name,
        "expression": expression,
        "targets": list(targets),
    }
