"""A workflow's configuration: JSON text to filters and targets, compiled once."""

import json
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from expressions import (
    Expression,
    ExpressionError,
    compile_expression,
    compile_value,
    order_clauses,
)
from expressions.clauses import Value
from taskrouter.engine.refusal import Refused

LONGEST_BYTES = 1_038_576
MOST_FILTERS = 1_000
MOST_TARGETS = 100
"In one filter."
MOST_TARGETS_OF_ALL = 10_000
KEPT = 2_000
HIGHEST = 2_147_483_647
HALF = re.compile("[\ud800-\udfff]")
IN_WORDS = {"dict": "an object", "list": "a list", "str": "text"}


@dataclass(frozen=True, slots=True)
class KnownWorker:
    """Where a task says who its worker is."""

    text: str
    value: Value


@dataclass(frozen=True, slots=True)
class Target:
    queue: str
    timeout_ms: int | None = None
    "From the task's creation, the timeouts of the targets before included."
    priority: int | None = None
    expression: Expression | None = None
    order_by: tuple[tuple[Value, bool], ...] = ()
    skip_if: Expression | None = None
    known_sid: KnownWorker | None = None
    known_name: KnownWorker | None = None
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


@lru_cache(KEPT)
def parse(text: str) -> Configuration:
    """Raises Refused, naming the place of a mistake."""
    if len(text.encode()) > LONGEST_BYTES:
        raise refusal("", f"more than {LONGEST_BYTES} bytes")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refusal("", f"not valid JSON ({error})") from None
    routing = member(document, "", "task_routing", dict, {})
    filters = tuple(
        read_filter(one, f"filters[{at}]")
        for at, one in enumerate(several(routing, "", "filters", MOST_FILTERS))
    )
    default = member(routing, "", "default_filter", dict, None)
    target = read_default(default) if default else None
    if not filters and target is None:
        raise refusal("task_routing", "needs filters or a default_filter")
    targets = [one for filter in filters for one in filter.targets]
    if len(targets) > MOST_TARGETS_OF_ALL:
        raise refusal("filters", f"at most {MOST_TARGETS_OF_ALL} targets are allowed")
    queues = {one.queue for one in [*targets, *([target] if target else [])]}
    return Configuration(filters, target, frozenset(queues))


def read_filter(document: Any, place: str) -> Filter:
    name = member(document, place, "filter_friendly_name", str, "")
    targets: list[Target] = []
    spent = 0
    for at, one in enumerate(several(document, place, "targets", MOST_TARGETS)):
        before = targets[-1] if targets else None
        target = read_target(one, f"{place}.targets[{at}]", before, spent)
        spent = target.timeout_ms or spent
        targets.append(target)
    if not targets:
        raise refusal(place, "needs at least one target")
    return Filter(
        name or member(document, place, "friendly_name", str, ""),
        required(compiled(document, place, "expression"), place, "expression"),
        tuple(targets),
    )


def read_default(document: Any) -> Target:
    """A task stays there until it is assigned or expires: a timeout means nothing."""
    target = read_target(document, "default_filter", None, 0)
    return replace(target, timeout_ms=None)


def read_target(
    document: Any, place: str, before: Target | None, spent_ms: int
) -> Target:
    queue = member(document, place, "queue", str, before.queue if before else "")
    if not queue:
        raise refusal(place, "needs a queue")
    seconds = whole(document, place, "timeout", 1)
    return Target(
        queue,
        None if seconds is None else spent_ms + seconds * 1000,
        whole(document, place, "priority", 0),
        compiled(document, place, "expression"),
        ordered(document, place),
        compiled(document, place, "skip_if"),
        valued(document, place, "known_worker_sid"),
        valued(document, place, "known_worker_friendly_name"),
        member(document, place, "order_by", str, ""),
    )


def member(document: Any, place: str, name: str, kind: type, otherwise: Any) -> Any:
    if not isinstance(document, dict):
        raise refusal(place, "an object is needed here")
    value = document.get(name)
    if value is None:
        return otherwise
    if not isinstance(value, kind):
        raise refusal(f"{place}.{name}", f"must be {IN_WORDS[kind.__name__]}")
    if isinstance(value, str) and HALF.search(value):
        raise refusal(f"{place}.{name}", "holds half a character, which is no text")
    return value


def several(document: Any, place: str, name: str, most: int) -> list[Any]:
    found: list[Any] = member(document, place, name, list, [])
    if len(found) > most:
        raise refusal(f"{place}.{name}", f"at most {most} are allowed")
    return found


def whole(document: Any, place: str, name: str, least: int) -> int | None:
    """A whole number, which old documents write as text."""
    value = document.get(name)
    if value is None or value == "":
        return None
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = least - 1
    if isinstance(value, bool | float) or not least <= number <= HIGHEST:
        raise refusal(
            f"{place}.{name}", f"must be a whole number from {least} to {HIGHEST}"
        )
    return number


def compiled(document: Any, place: str, name: str) -> Expression | None:
    text = member(document, place, name, str, None)
    if not text:
        return None
    try:
        return compile_expression(text)
    except ExpressionError as error:
        raise refusal(f"{place}.{name}", str(error)) from None


def valued(document: Any, place: str, name: str) -> KnownWorker | None:
    text = member(document, place, name, str, None)
    if not text:
        return None
    try:
        return KnownWorker(text, compile_value(text))
    except ExpressionError as error:
        raise refusal(f"{place}.{name}", str(error)) from None


def ordered(document: Any, place: str) -> tuple[tuple[Value, bool], ...]:
    text = member(document, place, "order_by", str, None)
    if not text:
        return ()
    try:
        return tuple(order_clauses(text))
    except ExpressionError as error:
        raise refusal(f"{place}.order_by", str(error)) from None


def required(value: Expression | None, place: str, name: str) -> Expression:
    if value is None:
        raise refusal(place, f"needs an {name}")
    return value


def refusal(place: str, what: str) -> Refused:
    where = f" at {place.lstrip('.')}" if place else ""
    return Refused(f"Configuration{where}: {what}.")
