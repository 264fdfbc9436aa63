"""Which way a task goes through its workflow, as TaskRouter's documentation tells it.

Plain and slow as the plain model: it reads the workflow's document itself, each time.
"""

import json
from dataclasses import dataclass
from typing import Any

import msgspec

from expressions import compile_expression, read_value
from tests.engine.plain_model import PlainModel

Step = tuple[int, int]
"A filter and a target, from 0."
START: Step = (0, 0)
DEFAULT: Step = (-1, 0)
TIMED_OUT = "Workflow timed out"
SKIPPED = "Workflow skipped"
NO_MATCH = "No filter of the workflow matched"
CANCELED = {"timeout": TIMED_OUT, "skipped": SKIPPED, "": NO_MATCH}
"Why it is canceled, by how it left the last target."


@dataclass(frozen=True)
class Place:
    """Where a task comes to, and what it is there."""

    step: Step
    task_queue_sid: str
    priority: int
    target_ends: int | None
    only_worker_sid: str | None
    only_worker_name: str | None


def place_of(task: Any) -> Place:
    return Place(
        (task.filter_at, task.target_at),
        task.task_queue_sid,
        task.priority,
        task.target_ends,
        task.only_worker_sid,
        task.only_worker_name,
    )


@dataclass
class Way:
    """From `begin` on, through one version of the workflow's document."""

    model: PlainModel
    task: Any
    version: int
    document: str
    begin: Step = START
    asked: bool = False
    "Whether some skip_if has or had a say, which depends on who is there."

    def end(self) -> Place | str:
        """Where it leads, or why the task is canceled."""
        routing = json.loads(self.document)["task_routing"]
        left = "" if self.begin == START else "timeout"
        priority = self.task.priority
        for step, targets in self.steps(routing.get("filters", [])):
            target, ends = targets[step[1]], self.ends(targets[: step[1] + 1])
            self.asked |= "skip_if" in target
            if ends is not None and ends <= self.model.now:
                left = "timeout"
                continue
            priority = target.get("priority", priority)
            [queue, *_] = [
                one["queue"] for one in targets[step[1] :: -1] if "queue" in one
            ]
            here = self.place(step, target, queue, priority, ends)
            if not self.skips(target, here):
                return here
            left = "skipped"
        default = routing.get("default_filter")
        if left == "timeout" or not default:
            return CANCELED[left]
        priority = default.get("priority", priority)
        return self.place(DEFAULT, default, default["queue"], priority, None)

    def steps(self, filters: list[Any]) -> list[tuple[Step, list[Any]]]:
        """With the targets of the filter. One that it is in is not asked again."""
        found = []
        for at, filter in enumerate(filters):
            inside = self.begin != START and at == self.begin[0]
            if at > self.begin[0] or self.begin == START:
                inside = compile_expression(filter["expression"]).matches(self.values())
            first = self.begin[1] if at == self.begin[0] else 0
            targets = filter["targets"]
            found += [((at, n), targets) for n in range(first, len(targets)) if inside]
        return found

    def values(self) -> dict[str, Any]:
        attributes = json.loads(self.task.attributes)
        return {"task": attributes, **attributes}

    def ends(self, targets: list[Any]) -> int | None:
        """All timeouts so far, from the task's creation on."""
        if "timeout" not in targets[-1]:
            return None
        seconds = sum(int(one.get("timeout", 0)) for one in targets)
        return int(self.task.date_created + seconds * 1000)

    def place(
        self, step: Step, target: Any, queue: str, priority: int, ends: int | None
    ) -> Place:
        sid = self.known(target.get("known_worker_sid"))
        name = self.known(target.get("known_worker_friendly_name"))
        return Place(step, queue, priority, ends, sid, name)

    def known(self, text: str | None) -> str | None:
        """Empty: held for nobody; None: for anybody."""
        if text is None:
            return None
        value = read_value(text).value({"task": json.loads(self.task.attributes)})
        return value if isinstance(value, str) else ""

    def skips(self, target: Any, here: Place) -> bool:
        """skip_if is asked only where nobody can take the task at once."""
        if "skip_if" not in target:
            return False
        filter_at, target_at = here.step
        there = msgspec.structs.replace(
            self.task,
            assignment_status="pending",
            configuration_version=self.version,
            filter_at=filter_at,
            target_at=target_at,
            task_queue_sid=here.task_queue_sid,
            only_worker_sid=here.only_worker_sid,
            only_worker_name=here.only_worker_name,
        )
        workers = self.model.rows("worker", workspace_sid=self.task.workspace_sid)
        if any(self.model.can_take(one, there) for one in workers):
            return False
        members = [one for one in workers if self.model.belongs(one, there)]
        names = {"workers": self.counts(members)}
        return compile_expression(target["skip_if"]).matches(names)

    def counts(self, members: list[Any]) -> dict[str, int]:
        activities = self.model.rows("activity", workspace_sid=self.task.workspace_sid)
        by_sid = {
            one.sid: sum(worker.activity_sid == one.sid for worker in members)
            for one in activities
        }
        available = sum(by_sid[one.sid] for one in activities if one.available)
        return {
            **by_sid,
            "available": available,
            "unavailable": len(members) - available,
        }
