"""A worker's attributes and the queues' expressions to memberships."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from expressions import ExpressionError, compile_expression, worker_values
from statsync.records import EventRecord
from statsync.timelines.attributes import values_of
from statsync.timelines.order import in_order
from statsync.timelines.spells import WORKER_TYPES


@dataclass(frozen=True, slots=True)
class Membership:
    worker_sid: str
    queue_sid: str
    from_ms: int
    to_ms: int | None = None


@dataclass(frozen=True, slots=True)
class QueueRule:
    """A queue's expression from a time on; None: the queue is gone."""

    queue_sid: str
    from_ms: int
    expression: str | None


def fold_memberships(
    events: Iterable[EventRecord],
    queues: Sequence[QueueRule],
    standing: Sequence[Membership] = (),
    since_ms: int = -1,
) -> list[Membership]:
    """From each change of one worker or of an expression on; his events from the last
    before `since_ms` on, and what began before then and reaches there."""
    moments = [one for one in in_order(events) if one.type in WORKER_TYPES]
    begun = {one.queue_sid: replace(one, to_ms=None) for one in standing}
    rules: dict[str, list[QueueRule]] = {}
    for rule in sorted(queues, key=lambda one: (one.queue_sid, one.from_ms)):
        rules.setdefault(rule.queue_sid, []).append(rule)
    return [
        membership
        for queue_sid, own in rules.items()
        for membership in memberships_in(own, moments, begun.get(queue_sid), since_ms)
    ]


def memberships_in(
    rules: list[QueueRule],
    moments: list[EventRecord],
    begun: Membership | None,
    since_ms: int,
) -> list[Membership]:
    watched = any("activity_" in (one.expression or "") for one in rules)
    states = changes(moments, watched)
    found = [begun] if begun else []
    for ms in times(rules, states, since_ms):
        inside = belongs(rules, states, ms)
        open_now = bool(found) and found[-1].to_ms is None
        if inside and not open_now:
            worker_sid, queue_sid = states[0].worker_sid, rules[0].queue_sid
            found.append(Membership(worker_sid, queue_sid, ms))
        elif open_now and not inside:
            found[-1] = replace(found[-1], to_ms=ms)
    return found


def changes(moments: list[EventRecord], watch_activity: bool) -> list[EventRecord]:
    """Those after which an expression may see another worker; the last of each ms."""
    states: list[EventRecord] = []
    for event in moments:
        if states and states[-1].ms == event.ms:
            states[-1] = event
        elif not states or seen(states[-1], watch_activity) != seen(
            event, watch_activity
        ):
            states.append(event)
    return states


def seen(event: EventRecord, with_activity: bool) -> tuple[object, ...]:
    data = event.data
    activity = data.worker_activity_sid if with_activity else ""
    deleted = event.type == "worker.deleted"
    return data.worker_attributes, data.worker_name, activity, deleted


def times(
    rules: list[QueueRule], states: list[EventRecord], since_ms: int
) -> list[int]:
    """When membership may change."""
    moments = {since_ms, *(one.from_ms for one in rules), *(one.ms for one in states)}
    return sorted(ms for ms in moments if ms >= since_ms)


def belongs(rules: list[QueueRule], states: list[EventRecord], ms: int) -> bool:
    at = bisect_right(rules, ms, key=lambda one: one.from_ms) - 1
    now = bisect_right(states, ms, key=lambda one: one.ms) - 1
    if at < 0 or now < 0 or states[now].type == "worker.deleted":
        return False
    expression = rules[at].expression
    return expression is not None and matches(expression, states[now])


def matches(expression: str, event: EventRecord) -> bool:
    """What TaskRouter accepted is an expression; anything else matches nobody."""
    data = event.data
    try:
        compiled = compile_expression(expression)
    except ExpressionError:
        return False
    return compiled.matches(
        worker_values(
            values_of(data.worker_attributes or ""),
            event.worker_sid,
            data.worker_name or "",
            data.worker_activity_sid or "",
            data.worker_activity_name or "",
        )
    )
