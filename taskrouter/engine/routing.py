"""A task's way through its workflow: filters, targets, timeouts, the default filter."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from taskrouter.engine import known, matching, offering
from taskrouter.engine.events import Measured, reason_block
from taskrouter.engine.matching import DEFAULT_FILTER
from taskrouter.engine.names import filter_names, queue_names
from taskrouter.engine.records import Task, changed
from taskrouter.engine.task_events import (
    previous_block,
    queue_name,
    tell,
    tell_moved,
)
from taskrouter.engine.turn import Turn
from taskrouter.engine.workflow import Configuration, Filter, Target, parse

HIGHEST_PRIORITY = 2_147_483_647
TIMED_OUT = "Workflow timed out"
SKIPPED = "Workflow skipped"
NO_MATCH = "No filter of the workflow matched"
MOST_SKIPPED_TOLD = 100
Left = Literal["timeout", "skipped", None]


@dataclass(frozen=True, slots=True)
class Step:
    """Where in the configuration a task is about to go."""

    filter_at: int
    target_at: int
    target: Target
    filter: Filter | None


@dataclass(slots=True)
class Walk:
    """A task's way through one version of its workflow's steps."""

    task_sid: str
    version: int
    configuration: Configuration
    reason: str
    left: Left = None
    priority: int | None = None
    "What the last target that was reached and skipped would have set."
    skipped: list[str] = field(default_factory=list)
    told_timeout: bool = False
    nobody: set[tuple[object, ...]] = field(default_factory=set)
    "Targets that nobody can take, by what decides it: the next such need no look."
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    "What skip_if sees, by queue."


def start(turn: Turn, task_sid: str, reason: str = "") -> None:
    """Drives a pending task from the first filter on; its age is kept."""
    task = turn.state.tasks[task_sid]
    if task.assignment_status != "pending":
        return
    if reason:
        task = turn.touch(task, re_evaluated_reason=reason)
    straight = task.routing_target and not task.routing_target.startswith("WW")
    if straight or task.transfer_sid:
        offering.offer(turn, task)
        return
    workflow = turn.state.workflows[task.workflow_sid or ""]
    version = workflow.configuration_version
    walk(turn, Walk(task.sid, version, parse(workflow.configuration), reason), 0, 0)


def target_timed_out(turn: Turn, task: Task) -> None:
    """Leaves the present target for the next one, or the next filter."""
    assert task.filter_at is not None
    tell(turn, "task-queue.timeout", task, "left by timeout")
    version = task.configuration_version
    text = turn.state.configuration_of(task.workflow_sid or "", version)
    assert text is not None
    way = Walk(task.sid, version, parse(text), "Target timed out", "timeout")
    way.told_timeout = True
    way.skipped = task.skipped.split()
    walk(turn, way, task.filter_at, task.target_at + 1)


def walk(turn: Turn, way: Walk, filter_at: int, target_at: int) -> None:
    """Tries every step from the given one on, until the task is offered or waits.

    A target that is skipped at once leaves no trace but its priority.
    """
    created = turn.state.tasks[way.task_sid].date_created
    for step in steps(turn, way, filter_at, target_at):
        ends = step.target.timeout_ms
        if ends is not None and created + ends <= turn.now:
            way.left = "timeout"
            continue
        if step.target.priority is not None:
            way.priority = step.target.priority
        if skips(turn, way, step.target) and not somebody(turn, way, step.target):
            skip(way, step)
            continue
        remember_skipped(turn, way)
        offering.offer(turn, enter(turn, way, step))
        return
    exhausted(turn, way)


def skip(way: Walk, step: Step) -> None:
    way.left = "skipped"
    if len(way.skipped) < MOST_SKIPPED_TOLD:
        way.skipped.append(f"{step.filter_at}.{step.target_at}")


def remember_skipped(turn: Turn, way: Walk) -> None:
    """What leaves no trace otherwise is kept on the task, for whoever asks why."""
    task, skipped = turn.state.tasks[way.task_sid], " ".join(way.skipped)
    if task.skipped != skipped:
        turn.touch(task, skipped=skipped)


def steps(turn: Turn, way: Walk, filter_at: int, target_at: int) -> Iterator[Step]:
    """The steps from a place on: the rest of its filter, then each filter that matches."""
    names = filter_names(turn.state.task_values[way.task_sid])
    for at in range(filter_at, len(way.configuration.filters)):
        filter = way.configuration.filters[at]
        first = target_at if at == filter_at else 0
        # A task under way has been matched before; its filter is not asked again.
        if first == 0 and not filter.expression.matches(names):
            continue
        for n in range(first, len(filter.targets)):
            yield Step(at, n, filter.targets[n], filter)


def somebody(turn: Turn, way: Walk, target: Target) -> bool:
    """Whether anybody could take the task were it in that target."""
    key = (target.queue, target.expression, target.known_sid, target.known_name)
    if key in way.nobody:
        return False
    state = turn.state
    task = state.tasks[way.task_sid]
    held = known.read(state, task, target)
    there = changed(
        task,
        task_queue_sid=target.queue,
        only_worker_sid=held.sid,
        only_worker_name=held.name,
    )
    if matching.candidates(turn, there, target, 1):
        return True
    way.nobody.add(key)
    return False


def enter(turn: Turn, way: Walk, step: Step) -> Task:
    """Places the task in the step's queue, with its priority and its known worker."""
    before = turn.state.tasks[way.task_sid]
    fields = place(turn, way, before, step)
    if all(getattr(before, name) == value for name, value in fields.items()):
        return before
    task = turn.update(before, **fields)
    if place_of(before) != place_of(task):
        tell_matched(turn, before, task, step, way.reason)
    elif before.priority != task.priority:
        tell(turn, "task.updated", task, "updated")
    return task


def place(turn: Turn, way: Walk, task: Task, step: Step) -> dict[str, Any]:
    """What a step makes of the task."""
    target, ends = step.target, step.target.timeout_ms
    moved = task.task_queue_sid != target.queue
    held = known.read(turn.state, task, target)
    return {
        "configuration_version": way.version,
        "filter_at": step.filter_at,
        "target_at": step.target_at,
        "target_ends": None if ends is None else task.date_created + ends,
        "only_worker_sid": held.sid,
        "only_worker_name": held.name,
        "warning": held.warning,
        "task_queue_sid": target.queue,
        "priority": task.priority if way.priority is None else way.priority,
        "task_queue_entered_date": turn.now if moved else task.task_queue_entered_date,
    }


def place_of(task: Task) -> tuple[object, ...]:
    """The same place again is no match of its own, as after a rejection."""
    return (
        task.configuration_version,
        task.filter_at,
        task.target_at,
        task.task_queue_sid,
    )


def tell_matched(turn: Turn, before: Task, task: Task, step: Step, reason: str) -> None:
    named = {
        "workflow_filter_name": step.filter.name if step.filter else "default_filter",
        "workflow_filter_expression": step.filter.expression.text
        if step.filter
        else "",
        "workflow_filter_target_name": queue_name(turn, step.target.queue),
        "workflow_filter_target_expression": (
            step.target.expression.text if step.target.expression else ""
        ),
    }
    previous = previous_block(turn, before, reason)
    tell(turn, "workflow.target-matched", task, "matched a target", named, previous)
    tell_moved(turn, before, task, reason)


def skips(turn: Turn, way: Walk, target: Target) -> bool:
    if target.skip_if is None:
        return False
    if target.queue not in way.counts:
        way.counts[target.queue] = queue_names(turn.state, target.queue)
    return target.skip_if.matches({"workers": way.counts[target.queue]})


def exhausted(turn: Turn, way: Walk) -> None:
    """No step is left: cancel after a timeout, else the default filter."""
    remember_skipped(turn, way)
    task = turn.state.tasks[way.task_sid]
    default = way.configuration.default
    ends = way.left == "timeout" or default is None
    if ends and way.version != task.configuration_version:
        # It ends by these steps, and no longer in the one it had of earlier ones.
        task = turn.touch(task, configuration_version=way.version, filter_at=None)
    if way.left == "timeout":
        if not way.told_timeout:
            tell(turn, "task-queue.timeout", task, "left by timeout")
        tell(turn, "workflow.timeout", task, "timed out of its workflow")
        cancel(turn, task, TIMED_OUT)
        return
    if way.left == "skipped":
        tell(turn, "workflow.skipped", task, "skipped every target")
    if default is None:
        cancel(turn, task, SKIPPED if way.left == "skipped" else NO_MATCH)
        return
    if default.priority is not None:
        way.priority = default.priority
    step = Step(DEFAULT_FILTER, 0, default, None)
    offering.offer(turn, enter(turn, way, step))


def cancel(turn: Turn, task: Task, reason: str | None, said: str = "") -> Task:
    """Ends a task that waits; its offers must have ended before."""
    task = turn.update(
        task, assignment_status="canceled", reason=reason, ended_at=turn.now
    )
    measured = Measured(again=task.assigned_at is not None)
    why = reason_block(task)
    tell(turn, "task.canceled", task, "canceled", why, measured=measured, said=said)
    return task
