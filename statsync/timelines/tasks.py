"""All events of one task to its stays, its offers and their legs."""

from collections.abc import Iterable
from dataclasses import dataclass

from statsync.records import EventRecord
from statsync.timelines.attributes import direction, number
from statsync.timelines.definitions import Definitions
from statsync.timelines.order import in_order

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
class Stay:
    task_sid: str
    nth: int
    queue_sid: str
    workflow_sid: str
    channel: str
    direction: str
    priority: int
    how: str
    entered_ms: int
    t_ms: int
    s_ms: int
    left_ms: int | None = None
    outcome: str = ""
    cause: str = ""
    wait_ms: int | None = None
    to_queue_sid: str = ""
    offers: int = 0
    task_created_ms: int = 0
    task_answered_ms: int | None = None
    task_ended_ms: int | None = None
    task_outcome: str = ""
    task_cause: str = ""
    attributes: str = ""


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


@dataclass(frozen=True, slots=True)
class TaskTimeline:
    stays: list[Stay]
    offers: list[Offer]


def fold_task(events: Iterable[EventRecord], definitions: Definitions) -> TaskTimeline:
    """All events of one task, in any order, to its stays and offers."""
    ordered = in_order(events)
    if not ordered:
        return TaskTimeline([], [])
    entries = [one for one in ordered if one.type == "task-queue.entered"]
    offers = fold_offers(ordered, entries, definitions)
    whole = whole_task(ordered, offers, definitions)
    stays = []
    for nth, entry in enumerate(entries):
        following = entries[nth + 1] if nth + 1 < len(entries) else None
        own = [one for one in offers if one.stay_nth == nth]
        leaving = leave(own, following, whole)
        how = how_entered(entry, nth, offers)
        stays.append(stay(entry, nth, how, len(own), leaving, whole, definitions))
    return TaskTimeline(stays, offers)


@dataclass(frozen=True, slots=True)
class Whole:
    """The task from the customer's side: from creation to first answer or end."""

    created_ms: int | None
    answered_ms: int | None
    ended_ms: int | None
    outcome: str
    cause: str
    last_outcome: str
    "Of the last stay, should nobody answer it; a task answered before may be abandoned."
    attributes: str


UNTOLD = Whole(None, None, None, "", "", "", "")
"A task's own facts stand on its first stay only."


@dataclass(frozen=True, slots=True)
class Leaving:
    """How a stay ended; all empty while it goes on."""

    ms: int | None = None
    outcome: str = ""
    cause: str = ""
    to_queue_sid: str = ""


def whole_task(
    ordered: list[EventRecord], offers: list[Offer], definitions: Definitions
) -> Whole:
    accepted = [one.ended_ms for one in offers if one.outcome == "accepted"]
    answered = min((ms for ms in accepted if ms is not None), default=None)
    end = next((one for one in ordered if one.type in TASK_ENDS), None)
    last, cause = outcome_of(end, definitions) if end else ("", "")
    outcome = last if answered is None else "answered"
    attributes = next((e.data.task_attributes for e in reversed(ordered)), "") or ""
    created = next((one.ms for one in ordered if one.type == "task.created"), None)
    ended = end.ms if end else None
    return Whole(created, answered, ended, outcome, cause, last, attributes)


def outcome_of(end: EventRecord, definitions: Definitions) -> tuple[str, str]:
    """How a task that waits at its end has ended, and why."""
    data = end.data
    if end.type == "task.system-deleted":
        return "ended", "expired"
    reason = data.task_canceled_reason or data.task_completed_reason or data.reason
    cause = definitions.cause(reason or "")
    gave_up = end.type == "task.canceled" and cause == "customer left"
    return ("abandoned" if gave_up else "ended"), cause


def stay(
    entry: EventRecord,
    nth: int,
    how: str,
    offers: int,
    leaving: Leaving,
    whole: Whole,
    definitions: Definitions,
) -> Stay:
    data = entry.data
    channel = data.task_channel_unique_name or ""
    rule = definitions.rule(data.task_queue_sid or "", channel, entry.ms)
    told = whole if nth == 0 else UNTOLD
    made = number(data.task_date_created) * 1000
    return Stay(
        task_sid=entry.task_sid,
        nth=nth,
        queue_sid=data.task_queue_sid or "",
        workflow_sid=data.workflow_sid or "",
        channel=channel,
        direction=direction(data.task_attributes or "", definitions.direction),
        priority=number(data.task_priority),
        how=how,
        entered_ms=entry.ms,
        t_ms=rule.t_ms,
        s_ms=rule.s_ms,
        left_ms=leaving.ms,
        outcome=leaving.outcome,
        cause=leaving.cause,
        wait_ms=None if leaving.ms is None else leaving.ms - entry.ms,
        to_queue_sid=leaving.to_queue_sid,
        offers=offers,
        task_created_ms=whole.created_ms or made or entry.ms,
        task_answered_ms=told.answered_ms,
        task_ended_ms=told.ended_ms,
        task_outcome=told.outcome,
        task_cause=told.cause,
        attributes=told.attributes,
    )


def how_entered(entry: EventRecord, nth: int, offers: list[Offer]) -> str:
    if nth == 0:
        return "new"
    answered = any(
        one.outcome == "accepted" and (one.ended_ms or 0) <= entry.ms for one in offers
    )
    return "transferred" if answered else "moved"


def leave(own: list[Offer], following: EventRecord | None, whole: Whole) -> Leaving:
    """The end of a stay: the first answer, the next queue, or the task's own end."""
    answers = [one.ended_ms for one in own if one.outcome == "accepted"]
    answered = min((ms for ms in answers if ms is not None), default=None)
    if answered is not None:
        return Leaving(answered, "answered")
    if following is not None:
        to_queue = following.data.task_queue_sid or ""
        return Leaving(following.ms, "moved on", to_queue_sid=to_queue)
    if whole.ended_ms is not None:
        return Leaving(whole.ended_ms, whole.last_outcome, whole.cause)
    return Leaving()


def fold_offers(
    ordered: list[EventRecord], entries: list[EventRecord], definitions: Definitions
) -> list[Offer]:
    """One per reservation, in order of their making."""
    of: dict[str, list[EventRecord]] = {}
    for event in ordered:
        # A reservation that failed to be made has no worker.
        is_offer = event.type.startswith("reservation.") and event.worker_sid
        if is_offer and event.data.reservation_sid:
            of.setdefault(event.data.reservation_sid, []).append(event)
    end = next((one.ms for one in ordered if one.type in TASK_ENDS), None)
    offers = [
        fold_offer(sid, own, entries, definitions, end) for sid, own in of.items()
    ]
    return sorted(offers, key=lambda one: (one.offered_ms, one.sid))


def fold_offer(
    sid: str,
    own: list[EventRecord],
    entries: list[EventRecord],
    definitions: Definitions,
    task_ended: int | None,
) -> Offer:
    first, times = own[0], {one.type: one.ms for one in reversed(own)}
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
        outcome, ended = "cancelled", task_ended
    if outcome == "accepted" and completed is None:
        # A leg also ends when its task or its reservation is taken away.
        completed = times.get("reservation.canceled", task_ended)
    wrap = times.get("reservation.wrapup", completed)
    data = first.data
    return Offer(
        sid=sid,
        task_sid=first.task_sid,
        stay_nth=stay_of(first.ms, entries),
        worker_sid=first.worker_sid,
        queue_sid=data.task_queue_sid or "",
        channel=data.task_channel_unique_name or "",
        direction=direction(data.task_attributes or "", definitions.direction),
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
