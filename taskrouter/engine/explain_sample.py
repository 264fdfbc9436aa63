"""Which way a task of given attributes would go through a workflow, and who waits there."""

from dataclasses import dataclass
from typing import Any

from taskrouter.engine import known
from taskrouter.engine.explain_clause import Clause, deciding
from taskrouter.engine.explain_workflow import Floor, Person
from taskrouter.engine.matching import DEFAULT_FILTER
from taskrouter.engine.names import filter_names
from taskrouter.engine.workflow import Configuration, Filter, Target

MOST_CLAUSES = 100
"Of so many filters is it told why they match or not."


@dataclass(frozen=True, slots=True)
class SampleTarget:
    target: int
    task_queue_sid: str
    task_queue_name: str
    known_worker: str | None
    "The sid or the name its known worker must have."
    workers_count: int | None
    "How many of the queue it could be offered to, were they free; None: not looked at."


@dataclass(frozen=True, slots=True)
class SampleFilter:
    filter: int
    friendly_name: str
    matches: bool
    clause: Clause | None
    targets: tuple[SampleTarget, ...]
    "Of one that matches."


@dataclass(frozen=True, slots=True)
class Sample:
    task_attributes: str
    filter: int | None
    "The first that matches; -1: the default filter; None: the task is canceled."
    filters: tuple[SampleFilter, ...]
    default_filter: SampleTarget | None


def sample(
    text: str, values: dict[str, Any], configuration: Configuration, floor: Floor
) -> Sample:
    filters = tuple(
        sample_filter(at, one, values, floor)
        for at, one in enumerate(configuration.filters)
    )
    default = configuration.default
    otherwise = None if default is None else DEFAULT_FILTER
    return Sample(
        text,
        next((one.filter for one in filters if one.matches), otherwise),
        filters,
        sample_target(0, default, values, floor) if default else None,
    )


def sample_filter(
    at: int, one: Filter, values: dict[str, Any], floor: Floor
) -> SampleFilter:
    names = filter_names(values)
    matches = one.expression.matches(names)
    return SampleFilter(
        at,
        one.name,
        matches,
        deciding(one.expression.text, names) if at < MOST_CLAUSES else None,
        tuple(
            sample_target(n, target, values, floor)
            for n, target in enumerate(one.targets)
        )
        if matches
        else (),
    )


def sample_target(
    n: int, target: Target, values: dict[str, Any], floor: Floor
) -> SampleTarget:
    sid, _ = known.value_of(target.known_sid, {"task": values})
    name, _ = known.value_of(target.known_name, {"task": values})
    found = suitable(target, values, floor)
    if found is not None and target.known:
        found = [one for one in found if sid in (None, one.sid)]
        found = [one for one in found if name in (None, one.name)]
    return SampleTarget(
        n,
        target.queue,
        floor.queues[target.queue].friendly_name,
        sid or name,
        None if found is None else len(found),
    )


def suitable(
    target: Target, values: dict[str, Any], floor: Floor
) -> list[Person] | None:
    """The queue's members for whom the target's expression holds."""
    members = floor.members(target.queue)
    if target.expression is None or members is None:
        return members
    if not floor.afford(target.expression.text, len(members)):
        return None
    test = target.expression.matches
    return [one for one in members if test({"task": values, "worker": one.seen})]
