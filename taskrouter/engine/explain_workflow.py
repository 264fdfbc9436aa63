"""What a workflow's document would do today: its mistakes, and what nobody will meet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Literal

from expressions import addressing, compile_expression, read_clauses
from expressions.clauses import Clause as Part
from taskrouter.engine import workflow
from taskrouter.engine.document import Reading
from taskrouter.engine.explain_expression import MOST_COMPARISONS, comparisons
from taskrouter.engine.explain_names import Seen, UnknownName, like, unknown_names
from taskrouter.engine.names import filter_names
from taskrouter.engine.places import LONGEST, Locator, places
from taskrouter.engine.records import TaskQueue
from taskrouter.engine.workflow import Configuration, Target

MOST_FAULTS = 100
LOOKS_FOR_A_NAME = 5
Warn = Literal[
    "unknown_key", "unknown_name", "never_matches", "never_reached", "nobody"
]


@dataclass(frozen=True, slots=True)
class Person:
    """A worker, as his queues' expressions and as targets see him."""

    sid: str
    name: str
    values: dict[str, Any]
    seen: dict[str, Any]


@dataclass(slots=True)
class Floor:
    """Whom and what the workspace has today, and how much may be compared yet."""

    queues: dict[str, TaskQueue]
    tasks: list[dict[str, Any]] = field(default_factory=list)
    "The attributes of those that live."
    people: list[Person] = field(default_factory=list)
    left: int = MOST_COMPARISONS
    _members: dict[str, list[Person]] = field(default_factory=dict)

    def afford(self, expression: str, times: int) -> bool:
        """Whether that much can still be looked at."""
        self.left -= comparisons(read_clauses(expression)) * times
        return self.left >= 0

    def refill(self) -> None:
        """Another question may look at as much again."""
        self.left = MOST_COMPARISONS

    def members(self, queue_sid: str) -> list[Person] | None:
        """None: too much has been looked at already."""
        if queue_sid not in self._members:
            text = addressing(self.queues[queue_sid].target_workers)
            if not self.afford(text, len(self.people)):
                return None
            test = compile_expression(text).matches
            self._members[queue_sid] = [one for one in self.people if test(one.values)]
        return self._members[queue_sid]


@dataclass(frozen=True, slots=True)
class Mistake:
    path: str
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Warning:
    warning: Warn
    path: str
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    configuration: Configuration
    mistakes: list[Mistake]
    warnings: list[Warning]


Remark = tuple[Warn, str, str]
"Which, at which path, in which words."


def check(text: str, floor: Floor) -> Found:
    configuration, reading = workflow.read(text, MOST_FAULTS)
    broken = any(not one.place for one in reading.faults)
    locator = Locator(text, {} if broken else places(text))
    mistakes = [
        Mistake(one.place, *locator.line_and_column(one.place, one.at), one.text)
        for one in reading.faults
    ]
    mistakes += islice(missing_queues(reading, floor, locator), MOST_FAULTS)
    remarks = unknown_keys(reading)
    if not mistakes:
        remarks = chain(remarks, hardly_meant(configuration, floor))
    warnings = [
        Warning(kind, path, *locator.line_and_column(path, None), words)
        for kind, path, words in islice(remarks, MOST_FAULTS)
    ]
    return Found(
        configuration,
        sorted(mistakes, key=in_order)[:MOST_FAULTS],
        sorted(warnings, key=in_order),
    )


def in_order(one: Mistake | Warning) -> tuple[int, int]:
    return one.line, one.column


def hardly_meant(configuration: Configuration, floor: Floor) -> Iterator[Remark]:
    yield from never_matching(configuration)
    yield from never_reached(configuration)
    yield from nobody(configuration, floor)
    yield from mistyped(configuration, floor)


def missing_queues(
    reading: Reading, floor: Floor, locator: Locator
) -> Iterator[Mistake]:
    for node in reading.nodes:
        sid = node.value.get("queue") if "queue" in node.asked else None
        if isinstance(sid, str) and sid and sid not in floor.queues:
            path = node.path("queue")
            place = locator.line_and_column(path, None)
            known = shown(sid)
            yield Mistake(
                path, *place, f"there is no TaskQueue {known} in this Workspace"
            )


def shown(text: str) -> str:
    """Short, and without half characters, which cannot be written."""
    return text[:LONGEST].encode("utf-8", "replace").decode()


def unknown_keys(reading: Reading) -> Iterator[Remark]:
    for node in reading.nodes:
        for key in sorted(node.value.keys() - node.asked):
            nearest = like(key, sorted(node.asked))
            remedy = f"; did you mean {nearest}?" if nearest else "."
            words = f"{shown(key)} means nothing here{remedy}"
            yield "unknown_key", node.path(shown(key)), words


def never_matching(configuration: Configuration) -> Iterator[Remark]:
    for at, filter in enumerate(configuration.filters):
        if constant(filter.expression.text) is False:
            path = f"filters[{at}].expression"
            yield "never_matches", path, "No task ever comes into this filter."


def never_reached(configuration: Configuration) -> Iterator[Remark]:
    """What comes after a target that no task leaves unassigned."""
    stuck = ""
    for at, filter in enumerate(configuration.filters):
        path = f"filters[{at}]"
        if stuck:
            yield "never_reached", path, f"Every task stays in {stuck}."
            continue
        stays = [n for n, one in enumerate(filter.targets) if is_never_left(one)]
        last = stays[0] if stays else len(filter.targets)
        place = f"{path}.targets[{last}]"
        for n in range(last + 1, len(filter.targets)):
            yield "never_reached", f"{path}.targets[{n}]", f"Tasks stay in {place}."
        if stays and constant(filter.expression.text) is True:
            stuck = place
    if stuck and configuration.default is not None:
        yield "never_reached", "default_filter", f"Every task stays in {stuck}."


def is_never_left(target: Target) -> bool:
    return target.timeout_ms is None and target.skip_if is None


def constant(text: str) -> bool | None:
    """What it says of everything, as 1==1 does; None: that depends."""
    part = read_clauses(text)
    return None if any(part.paths()) else part.test({})


def nobody(configuration: Configuration, floor: Floor) -> Iterator[Remark]:
    for path, target in targets(configuration):
        members = floor.members(target.queue)
        name = floor.queues[target.queue].friendly_name
        if members == []:
            yield "nobody", path, f"Today no worker belongs to its queue {name}."
        elif members and suits_none(target, members, floor):
            path = f"{path}.expression"
            yield "nobody", path, f"Today it holds for no worker of the queue {name}."


def mistyped(configuration: Configuration, floor: Floor) -> Iterator[Remark]:
    """Names of filters that live tasks write otherwise; of targets, that no worker has.

    Of a task that is not there yet, and of what one must have to wait in a target,
    nothing is known.
    """
    tasks = [filter_names(values) for values in floor.tasks]
    for at, filter in enumerate(configuration.filters):
        path = f"filters[{at}].expression"
        for one in unknown(filter.expression.text, tasks, "", floor):
            if one.suggestion:
                yield "unknown_name", path, one.text
    people = [{"worker": one.seen} for one in floor.people]
    for path, target in targets(configuration):
        if target.expression is not None:
            for one in unknown(target.expression.text, people, "task", floor):
                yield "unknown_name", f"{path}.expression", one.text


def unknown(text: str, seen: Seen, but: str, floor: Floor) -> list[UnknownName]:
    """A name that is missing is looked for everywhere, and so are some like it."""
    afforded = floor.afford(text, len(seen) * LOOKS_FOR_A_NAME)
    return unknown_names(text, seen, but) if afforded else []


def targets(configuration: Configuration) -> Iterator[tuple[str, Target]]:
    for at, filter in enumerate(configuration.filters):
        for n, target in enumerate(filter.targets):
            yield f"filters[{at}].targets[{n}]", target
    if configuration.default is not None:
        yield "default_filter", configuration.default


def suits_none(target: Target, members: list[Person], floor: Floor) -> bool:
    """Whether its expression, if it asks nothing of the task, holds for no member."""
    if target.expression is None or asks_of_task(read_clauses(target.expression.text)):
        return False
    if not floor.afford(target.expression.text, len(members)):
        return False
    test = target.expression.matches
    return not any(test({"task": {}, "worker": one.seen}) for one in members)


def asks_of_task(part: Part) -> bool:
    return any(one.steps[0] == "task" for one in part.paths())
