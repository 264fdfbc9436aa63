"""A worker's events to his spells: unbroken time in one activity and capacity."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from statsync.records import EventRecord
from statsync.timelines.attributes import number
from statsync.timelines.order import RANKS, in_order


@dataclass(frozen=True, slots=True)
class Spell:
    worker_sid: str
    started_ms: int
    nth: int
    activity_sid: str
    activity_name: str
    by: str
    activity_since_ms: int
    capacity: str
    ended_ms: int | None = None


WORKER_TYPES = tuple(type for type in RANKS if type.startswith("worker."))
# A worker's missed offer explains the change of activity that follows it.
FOLDED_FOR_WORKERS = (*WORKER_TYPES, "reservation.timeout")


def fold_spells(
    events: Iterable[EventRecord], before: Spell | None = None
) -> list[Spell]:
    """A worker's events after `before` began (None: all that are known)."""
    ordered = in_order(events)
    spells: list[Spell] = [replace(before, ended_ms=None)] if before else []
    missed = {one.ms for one in ordered if one.type == "reservation.timeout"}
    for event in ordered:
        if event.type not in WORKER_TYPES:
            continue
        last = spells[-1] if spells else None
        if last is not None:
            spells[-1] = replace(last, ended_ms=event.ms)
        if event.type == "worker.deleted":
            return spells
        begun = next_spell(event, last, missed)
        if last is not None and same_spell(last, begun):
            spells[-1] = replace(last, ended_ms=None)
        else:
            spells.append(begun)
    return spells


def next_spell(event: EventRecord, last: Spell | None, missed: set[int]) -> Spell:
    data = event.data
    moved = last is None or last.activity_sid != data.worker_activity_sid
    by, since = last.by if last else "unknown", event.ms
    if event.type == "worker.activity.update":
        by = "missed offer" if event.ms in missed else "outside"
    elif last is not None and not moved:
        since = last.activity_since_ms
    return Spell(
        worker_sid=event.worker_sid,
        started_ms=event.ms,
        nth=last.nth + 1 if last and last.started_ms == event.ms else 0,
        activity_sid=data.worker_activity_sid or "",
        activity_name=data.worker_activity_name or "",
        by=by,
        activity_since_ms=since,
        capacity=capacity_after(event, last.capacity if last else "{}"),
    )


def same_spell(last: Spell, begun: Spell) -> bool:
    """Attributes changed, the spell did not."""
    return (last.activity_sid, last.capacity, last.activity_since_ms) == (
        begun.activity_sid,
        begun.capacity,
        begun.activity_since_ms,
    )


def capacity_after(event: EventRecord, before: str) -> str:
    """{"voice": 1}: capacity by channel as far as events told; switched off is 0."""
    channel, data = event.data.task_channel_unique_name, event.data
    if not channel or event.type not in (
        "worker.capacity.update",
        "worker.channel.availability.update",
    ):
        return before
    capacity: dict[str, int] = json.loads(before)
    on = (data.worker_channel_available or "true").lower() == "true"
    capacity[channel] = number(data.worker_channel_available_capacity) if on else 0
    return json.dumps(dict(sorted(capacity.items())))
