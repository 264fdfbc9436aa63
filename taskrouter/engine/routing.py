"""A task's way through its workflow: filters, targets, timeouts, the default filter."""

from dataclasses import dataclass
from typing import Any, Literal

from expressions.compiler import Value
from taskrouter.engine import matching
from taskrouter.engine.events import (
    Data,
    queue_block,
    task_block,
    text,
    workflow_block,
)
from taskrouter.engine.records import Task
from taskrouter.engine.turn import Turn
from taskrouter.engine.workflow import Configuration, Filter, Target, parse

DEFAULT_FILTER = -1
Left = Literal["timeout", "skipped", None]


@dataclass(frozen=True, slots=True)
class Step:
    """Where in the configuration a task is about to go."""

    filter_at: int
    target_at: int
    target: Target
    filter: Filter | None


def start(turn: Turn, task_sid: str, reason: str = "") -> None:
    """Drives a pending task from the first filter on; its age is kept."""
    task = turn.state.tasks[task_sid]
    if task.assignment_status != "pending":
        return
    if task.routing_target and not task.routing_target.startswith("WW"):
        matching.offer(turn, task)
        return
    walk(turn, task, 0, 0, None, reason)


def target_timed_out(turn: Turn, task: Task) -> None:
    """Leaves the present target for the next one, or the next filter."""
    tell(turn, "task-queue.timeout", task, "left by timeout")
    filter_at = task.filter_at if task.filter_at is not None else 0
    walk(turn, task, filter_at, task.target_at + 1, "timeout", "Target timed out")


def walk(
    turn: Turn, task: Task, filter_at: int, target_at: int, left: Left, reason: str
) -> None:
    """Tries every step from the given one on, until the task is offered or waits."""
    workflow = turn.state.workflows[task.workflow_sid or ""]
    configuration = parse(workflow.configuration)
    for step in steps(turn, task, configuration, filter_at, target_at):
        ends = step.target.timeout_ms
        if ends is not None and task.date_created + ends <= turn.now:
            left = "timeout"
            continue
        task = enter(turn, turn.state.tasks[task.sid], step, reason)
        if matching.offer(turn, task):
            return
        if not skips(turn, step.target):
            return
        left = "skipped"
    exhausted(turn, turn.state.tasks[task.sid], configuration, left, reason)


def steps(
    turn: Turn, task: Task, configuration: Configuration, filter_at: int, target_at: int
) -> list[Step]:
    """The steps from a place on: the rest of its filter, then each filter that matches."""
    values = turn.state.task_values[task.sid]
    # Filters see the attributes bare; `task.x` is understood too.
    names = {"task": values, **values}
    found = []
    for at, filter in enumerate(configuration.filters[filter_at:], filter_at):
        first = target_at if at == filter_at else 0
        # A task under way has been matched before; its filter is not asked again.
        if first == 0 and not filter.expression.matches(names):
            continue
        targets = enumerate(filter.targets[first:], first)
        found += [Step(at, n, target, filter) for n, target in targets]
    return found


def enter(turn: Turn, task: Task, step: Step, reason: str) -> Task:
    """Places the task in the step's queue, with its priority and its known worker."""
    before = task
    moved = task.task_queue_sid != step.target.queue
    ends = step.target.timeout_ms
    task = turn.update(
        task,
        filter_at=step.filter_at,
        target_at=step.target_at,
        target_ends=None if ends is None else task.date_created + ends,
        only_worker_sid=known_worker(turn, task, step.target),
        task_queue_sid=step.target.queue,
        priority=task.priority
        if step.target.priority is None
        else step.target.priority,
        task_queue_entered_date=turn.now if moved else task.task_queue_entered_date,
    )
    tell_entered(turn, before, task, step, reason)
    return task


def tell_entered(turn: Turn, before: Task, task: Task, step: Step, reason: str) -> None:
    previous = previous_block(turn, before, reason)
    named = {
        "workflow_filter_name": step.filter.name if step.filter else "default_filter",
        "workflow_filter_expression": step.filter.expression.text
        if step.filter
        else "",
        "workflow_filter_target_name": "",
        "workflow_filter_target_expression": (
            step.target.expression.text if step.target.expression else ""
        ),
    }
    tell(turn, "workflow.target-matched", task, "matched a target", named, previous)
    if before.task_queue_sid == task.task_queue_sid:
        return
    if before.task_queue_sid is not None:
        tell(turn, "task-queue.moved", task, "moved to another queue", previous)
    tell(turn, "task-queue.entered", task, "entered a queue")


def previous_block(turn: Turn, before: Task, reason: str) -> Data:
    if before.task_queue_sid is None:
        return {}
    queue = turn.state.task_queues.get(before.task_queue_sid)
    return {
        "previous_task_queue_sid": before.task_queue_sid,
        "previous_task_queue_name": queue.friendly_name if queue else "",
        "previous_task_priority": text(before.priority),
        "target_changed_reason": reason,
        "task_re_evaluated_reason": reason,
    }


def known_worker(turn: Turn, task: Task, target: Target) -> str | None:
    """The one worker the target allows; "" where it names nobody we know; None: any."""
    if not target.known:
        return None
    names = {"task": turn.state.task_values[task.sid]}
    if target.known_sid is not None:
        return known(turn, target.known_sid, names)
    assert target.known_name is not None
    name = target.known_name(names)
    workers = turn.state.inside(task.workspace_sid, "worker")
    return next((one.sid for one in workers if one.friendly_name == name), "")


def known(turn: Turn, value: Value, names: dict[str, dict[str, Any]]) -> str:
    sid = value(names)
    return sid if isinstance(sid, str) and sid in turn.state.workers else ""


def skips(turn: Turn, target: Target) -> bool:
    if target.skip_if is None:
        return False
    return target.skip_if.matches({"workers": workers_of(turn, target.queue)})


def workers_of(turn: Turn, queue_sid: str) -> dict[str, int]:
    """What skip_if sees of the queue's workers: available, unavailable, each activity."""
    state = turn.state
    counts = {"available": 0, "unavailable": 0}
    for activity in state.inside(
        state.task_queues[queue_sid].workspace_sid, "activity"
    ):
        counts[activity.sid] = 0
    for worker_sid in state.members.of_queue[queue_sid]:
        activity = state.activities[state.workers[worker_sid].activity_sid]
        counts[activity.sid] += 1
        counts["available" if activity.available else "unavailable"] += 1
    return counts


def exhausted(
    turn: Turn, task: Task, configuration: Configuration, left: Left, reason: str
) -> None:
    """No step is left: cancel after a timeout, else the default filter."""
    if left == "timeout":
        tell(turn, "workflow.timeout", task, "timed out of its workflow")
        cancel(turn, task, "Workflow timed out")
        return
    if left == "skipped":
        tell(turn, "workflow.skipped", task, "skipped every target")
    if configuration.default is None:
        cancel(turn, task, "No filter of the workflow matched")
        return
    step = Step(DEFAULT_FILTER, 0, configuration.default, None)
    matching.offer(turn, enter(turn, task, step, reason))


def cancel(turn: Turn, task: Task, reason: str) -> Task:
    """Ends a task that waits; its offers must have ended before."""
    task = turn.update(
        task, assignment_status="canceled", reason=reason, ended_at=turn.now
    )
    reasons = {"task_canceled_reason": reason, "reason": reason}
    tell(turn, "task.canceled", task, "canceled", reasons)
    return task


def tell(turn: Turn, type: str, task: Task, what: str, *blocks: Data) -> None:
    state = turn.state
    turn.tell(
        type,
        ("task", task.sid),
        task.workspace_sid,
        f"Task {task.sid} {what}",
        task_block(state, task, turn.now),
        queue_block(state, task.task_queue_sid),
        workflow_block(state, task.workflow_sid),
        *blocks,
    )
