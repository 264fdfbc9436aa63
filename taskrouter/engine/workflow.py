"""A workflow's configuration: JSON text to filters and targets, compiled once."""

from dataclasses import dataclass, replace
from functools import lru_cache

from expressions import (
    Expression,
    compile_expression,
    order_clauses,
    read_value,
)
from expressions.clauses import Operand, Value
from taskrouter.engine.document import Enough, Fault, Node, Reading, opened
from taskrouter.engine.refusal import Refused

LONGEST_BYTES = 1_038_576
MOST_FILTERS = 1_000
MOST_TARGETS = 100
"In one filter."
MOST_TARGETS_OF_ALL = 10_000
KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Target:
    queue: str
    timeout_ms: int | None = None
    "From the task's creation, the timeouts of the targets before included."
    priority: int | None = None
    expression: Expression | None = None
    order_by: tuple[tuple[Value, bool], ...] = ()
    skip_if: Expression | None = None
    known_sid: Operand | None = None
    known_name: Operand | None = None
    order_text: str = ""
    "What order_by was read from."

    @property
    def known(self) -> bool:
        return self.known_sid is not None or self.known_name is not None


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    expression: Expression
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Configuration:
    filters: tuple[Filter, ...]
    default: Target | None
    queues: frozenset[str]


EMPTY = Configuration((), None, frozenset())
NEVER = compile_expression("1==2")
"Of a filter that has no expression, or none that can be read."


def parse(text: str) -> Configuration:
    """Raises Refused, naming the place of the first mistake."""
    configuration, fault = read_once(text)
    if fault is not None:
        raise refusal(fault)
    return configuration


@lru_cache(KEPT)
def read_once(text: str) -> tuple[Configuration, Fault | None]:
    """With the first mistake, if there is one. A megabyte may take seconds."""
    configuration, reading = read(text, most=1)
    return configuration, reading.faults[0] if reading.faults else None


def read(text: str, most: int) -> tuple[Configuration, Reading]:
    """With at most so many faults; without any, what the document means."""
    reading = Reading(most)
    try:
        return configuration_of(text, reading), reading
    except Enough:
        return EMPTY, reading


def configuration_of(text: str, reading: Reading) -> Configuration:
    document = opened(text, LONGEST_BYTES, reading)
    if document is None:
        return EMPTY
    routing = document.object("task_routing", "")
    filters = tuple(
        read_filter(one) for one in routing.objects("filters", MOST_FILTERS)
    )
    default = read_default(routing)
    if not filters and default is None and not routing.wrong:
        document.fault("task_routing", "needs filters or a default_filter")
    targets = [one for filter in filters for one in filter.targets]
    if len(targets) > MOST_TARGETS_OF_ALL:
        routing.fault("filters", f"at most {MOST_TARGETS_OF_ALL} targets are allowed")
    queues = {one.queue for one in [*targets, *([default] if default else [])]}
    return Configuration(filters, default, frozenset(queues))


def read_filter(node: Node) -> Filter:
    name = node.member("filter_friendly_name", str, "")
    # Old documents call it so; it is not looked at otherwise.
    node.asked.add("friendly_name")
    targets: list[Target] = []
    spent = 0
    for one in node.objects("targets", MOST_TARGETS):
        target = read_target(one, targets[-1] if targets else None, spent)
        spent = target.timeout_ms or spent
        targets.append(target)
    node.needs("targets", bool(targets), "needs at least one target")
    expression = node.compiled("expression", compile_expression)
    node.needs("expression", expression is not None, "needs an expression")
    return Filter(
        name or node.member("friendly_name", str, ""),
        expression or NEVER,
        tuple(targets),
    )


def read_default(routing: Node) -> Target | None:
    """A task stays there until it is assigned or expires: a timeout means nothing."""
    if routing.member("default_filter", dict, None) is None:
        return None
    node = routing.object("default_filter", "default_filter")
    return replace(read_target(node, None, 0), timeout_ms=None)


def read_target(node: Node, before: Target | None, spent_ms: int) -> Target:
    queue = node.member("queue", str, before.queue if before else "")
    node.needs("queue", bool(queue), "needs a queue")
    seconds = node.whole("timeout", 1)
    priority = node.whole("priority", 0)
    expression = node.compiled("expression", compile_expression)
    order_text, orders = node.compiled("order_by", ordered) or ("", ())
    return Target(
        queue,
        None if seconds is None else spent_ms + seconds * 1000,
        priority,
        expression,
        orders,
        node.compiled("skip_if", compile_expression),
        node.compiled("known_worker_sid", read_value),
        node.compiled("known_worker_friendly_name", read_value),
        order_text,
    )


def ordered(text: str) -> tuple[str, tuple[tuple[Value, bool], ...]]:
    return text, tuple(order_clauses(text))


def refusal(fault: Fault) -> Refused:
    where = f" at {fault.place}" if fault.place else ""
    return Refused(f"Configuration{where}: {fault.text}.")
