"""A task's reservations to its offers; an accepted one carries its leg."""

from dataclasses import dataclass

from statsync.records import EventRecord
from statsync.timelines.attributes import direction
from statsync.timelines.definitions import Definitions

OFFER_OUTCOMES = {
    "reservation.accepted": "accepted",
    "reservation.rejected": "rejected",
    "reservation.timeout": "missed",
    "reservation.rescinded": "rescinded",
    "reservation.canceled": "cancelled",
    "reservation.failed": "cancelled",
}
TASK_ENDS = {"task.canceled", "task.completed", "task.deleted", "task.system-deleted"}


@dataclass(frozen=True, slots=True)
class Offer:
    sid: str
    task_sid: str
    stay_nth: int
    worker_sid: str
    queue_sid: str
    channel: str
    direction: str
    offered_ms: int
    ended_ms: int | None = None
    outcome: str = ""
    wrap_ms: int | None = None
    completed_ms: int | None = None


def fold_offers(
    ordered: list[EventRecord], entries: list[EventRecord], definitions: Definitions
) -> list[Offer]:
    """One per reservation, in order of their making."""
    of: dict[str, list[EventRecord]] = {}
    for event in ordered:
        if event.type.startswith("reservation.") and event.data.reservation_sid:
            of.setdefault(event.data.reservation_sid, []).append(event)
    end = next((one.ms for one in ordered if one.type in TASK_ENDS), None)
    offers = [
        fold_offer(sid, own, entries, definitions, end)
        for sid, own in of.items()
        # One that failed to be made has no worker, and is nobody's offer.
        if any(one.worker_sid for one in own)
    ]
    return sorted(offers, key=lambda one: (one.offered_ms, one.sid))


def fold_offer(
    sid: str,
    own: list[EventRecord],
    entries: list[EventRecord],
    definitions: Definitions,
    task_ended: int | None,
) -> Offer:
    first = next(one for one in own if one.worker_sid)
    times = {one.type: one.ms for one in reversed(own)}
    outcome, ended = "", None
    for type, name in OFFER_OUTCOMES.items():
        if type in times:
            outcome, ended = name, times[type]
            break
    completed = times.get("reservation.completed")
    if outcome == "" and completed is not None:
        # Its acceptance was before anything we know of.
        outcome, ended = "accepted", first.ms
    if outcome == "" and task_ended is not None:
        # Nothing rings for a task that has ended, whether its end was told or not.
        outcome, ended = "cancelled", max(task_ended, first.ms)
    if outcome == "accepted" and completed is None:
        # A leg also ends when its task or its reservation is taken away.
        taken = times.get("reservation.canceled", times.get("reservation.failed"))
        completed = task_ended if taken is None else taken
    wrap = times.get("reservation.wrapup", completed)
    data = first.data
    return Offer(
        sid=sid,
        task_sid=first.task_sid,
        stay_nth=stay_of(first.ms, entries),
        worker_sid=first.worker_sid,
        queue_sid=data.task_queue_sid or "",
        channel=data.task_channel_unique_name or "",
        direction=direction(
            data.task_attributes or "", definitions.direction(first.ms)
        ),
        offered_ms=first.ms,
        ended_ms=ended,
        outcome=outcome,
        wrap_ms=wrap if outcome == "accepted" else None,
        completed_ms=completed if outcome == "accepted" else None,
    )


def stay_of(ms: int, entries: list[EventRecord]) -> int:
    """The last stay begun by then."""
    begun = [nth for nth, entry in enumerate(entries) if entry.ms <= ms]
    return begun[-1] if begun else 0
