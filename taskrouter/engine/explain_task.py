"""Where a task is on its way, and how it came there.

`see` takes at one moment what is to be known; `told` puts it into words, later and
elsewhere: a workflow may hold a thousand filters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from expressions import compile_expression
from taskrouter.engine import explain_workers, known, matching
from taskrouter.engine.explain_clause import Clause, deciding
from taskrouter.engine.matching import DEFAULT_FILTER
from taskrouter.engine.moment import Moment
from taskrouter.engine.names import filter_names
from taskrouter.engine.records import (
    IN_HAND,
    TASK_WAITING,
    Reservation,
    Task,
    TaskQueue,
    Worker,
    Workflow,
)
from taskrouter.engine.routing import TIMED_OUT
from taskrouter.engine.state import State
from taskrouter.engine.workflow import Configuration, Filter, Target, parse

MOST_OFFERS = 50
"The latest of a task are shown."
Version = Literal["present", "earlier", "forgotten"]
Progress = Literal["skipped", "timed_out", "passed", "here", "ahead"]


@dataclass(frozen=True, slots=True)
class Held:
    """The one worker a task is held for, and why he cannot be had."""

    worker_sid: str | None
    worker_name: str | None
    warning: int | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Line:
    position: int
    length: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A task at one moment."""

    task: Task
    now: int
    workflow: Workflow | None
    version: Version
    configuration: str
    "Empty where it has none, or where that is no longer kept."
    values: dict[str, Any]
    queues: dict[str, str]
    "Names, by sid, of those it may go to."
    held: Held | None
    line: Line | None
    offers: tuple[tuple[Reservation, str], ...]
    "With the worker's name; the latest first."
    offers_count: int
    having: tuple[str, ...]
    "Who has it: of a task that is reserved, at whom it rings."
    workers: tuple[explain_workers.Seen, ...]


@dataclass(frozen=True, slots=True)
class ToldTarget:
    filter: int
    target: int
    queue_sid: str
    queue_name: str | None
    expression: str | None
    order_by: str | None
    skip_if: str | None
    priority: int | None
    ends: int | None
    "ms; None: never."
    progress: Progress


@dataclass(frozen=True, slots=True)
class ToldFilter:
    filter: int
    friendly_name: str
    expression: str
    matches: bool
    clause: Clause
    "Why it matches, or why it does not."
    targets: tuple[ToldTarget, ...]
    "Of a filter that matches, or that the task is in nevertheless."


def see(moment: Moment, task: Task, workers: list[Worker]) -> Seen:
    state = moment.state
    version, text = configuration_of(state, task)
    standing = state.waiting.pending.standing(task.sid)
    offered = state.offers.of_task(task.sid)
    return Seen(
        task,
        moment.now,
        state.workflows.get(task.workflow_sid or ""),
        version,
        text,
        state.task_values[task.sid],
        queue_names(state, task, text),
        held_for(state, task),
        Line(*standing) if standing else None,
        tuple(
            (state.reservations[sid], worker_name(state, state.reservations[sid]))
            for sid in islice(reversed(offered), MOST_OFFERS)
        ),
        len(offered),
        tuple(having(state, task)),
        see_workers(moment, task, workers),
    )


def having(state: State, task: Task) -> Iterator[str]:
    """Of a task that is handed over and rings, not him who has it in hand meanwhile."""
    rings = task.assignment_status == "reserved"
    statuses = {"pending"} if rings else IN_HAND
    for one in reversed(state.reservations_of_task(task.sid)):
        if one.reservation_status in statuses:
            yield worker_name(state, one) or one.worker_sid


def see_workers(
    moment: Moment, task: Task, workers: list[Worker]
) -> tuple[explain_workers.Seen, ...]:
    """Only while it looks for one."""
    if task.assignment_status not in TASK_WAITING:
        return ()
    target = matching.target_of(moment, task)
    return tuple(explain_workers.see(moment, task, target, one) for one in workers)


def configuration_of(state: State, task: Task) -> tuple[Version, str]:
    """The steps it is in, or, where it never came to one, those it was judged by."""
    workflow = state.workflows.get(task.workflow_sid or "")
    if workflow is None:
        return "forgotten", ""
    present = task.configuration_version == workflow.configuration_version
    if present or task.filter_at is None:
        return "present", workflow.configuration
    text = state.configuration_of(workflow.sid, task.configuration_version)
    return ("earlier", text) if text else ("forgotten", "")


def queue_names(state: State, task: Task, configuration: str) -> dict[str, str]:
    sids = parse(configuration).queues if configuration else frozenset()
    found: list[TaskQueue] = [
        queue
        for sid in {*sids, task.task_queue_sid or ""}
        if (queue := state.task_queues.get(sid))
    ]
    return {one.sid: one.friendly_name for one in found}


def held_for(state: State, task: Task) -> Held | None:
    if task.only_worker_sid is None and task.only_worker_name is None:
        return None
    sid = known.the_one(state, task) or task.only_worker_sid or None
    worker = state.workers.get(sid or "")
    name = worker.friendly_name if worker else task.only_worker_name
    warning = known.warning_of(state, task)
    text = known.IN_WORDS[warning] if warning else None
    return Held(sid, name or None, warning, text)


def worker_name(state: State, offer: Reservation) -> str:
    """Empty for somebody who is gone."""
    worker = state.workers.get(offer.worker_sid)
    return worker.friendly_name if worker else ""


def filters(seen: Seen) -> tuple[ToldFilter, ...]:
    names = filter_names(seen.values)
    configuration = configuration_in(seen)
    if configuration is None:
        return ()
    return tuple(
        told_filter(seen, names, at, one)
        for at, one in enumerate(configuration.filters)
    )


def configuration_in(seen: Seen) -> Configuration | None:
    return parse(seen.configuration) if seen.configuration else None


def told_filter(seen: Seen, names: dict[str, Any], at: int, one: Filter) -> ToldFilter:
    matches = compile_expression(one.expression.text).matches(names)
    relevant = matches or seen.task.filter_at == at
    return ToldFilter(
        at,
        one.name,
        one.expression.text,
        matches,
        deciding(one.expression.text, names),
        tuple(told_target(seen, at, n, target) for n, target in enumerate(one.targets))
        if relevant
        else (),
    )


def default_filter(seen: Seen) -> ToldTarget | None:
    configuration = configuration_in(seen)
    if configuration is None or configuration.default is None:
        return None
    return told_target(seen, DEFAULT_FILTER, 0, configuration.default)


def told_target(seen: Seen, at: int, n: int, target: Target) -> ToldTarget:
    ends = target.timeout_ms
    return ToldTarget(
        at,
        n,
        target.queue,
        seen.queues.get(target.queue),
        target.expression.text if target.expression else None,
        target.order_text or None,
        target.skip_if.text if target.skip_if else None,
        target.priority,
        None if ends is None else seen.task.date_created + ends,
        progress(seen, at, n, target),
    )


def progress(seen: Seen, at: int, n: int, target: Target) -> Progress:
    """How the task fared with the target."""
    task, over = seen.task, is_over(seen, target)
    if f"{at}.{n}" in task.skipped.split():
        return "skipped"
    if over and (task.assignment_status, task.reason) == ("canceled", TIMED_OUT):
        return "timed_out"
    if task.filter_at is None:
        return "passed"
    if (at, n) == (task.filter_at, task.target_at):
        return "here"
    if in_order(at, n) > in_order(task.filter_at, task.target_at):
        return "ahead"
    return "timed_out" if over else "passed"


def in_order(at: int, n: int) -> tuple[bool, int, int]:
    """The default filter comes last."""
    return at == DEFAULT_FILTER, at, n


def is_over(seen: Seen, target: Target) -> bool:
    if target.timeout_ms is None:
        return False
    until = seen.now if seen.task.ended_at is None else seen.task.ended_at
    return seen.task.date_created + target.timeout_ms <= until


def present_target(seen: Seen) -> ToldTarget | None:
    task, configuration = seen.task, configuration_in(seen)
    if configuration is None or task.filter_at is None:
        return None
    if task.filter_at == DEFAULT_FILTER:
        return default_filter(seen)
    target = configuration.filters[task.filter_at].targets[task.target_at]
    return told_target(seen, task.filter_at, task.target_at, target)
