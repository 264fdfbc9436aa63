"""All events of one task to its stays, and to the task as a whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from statsync.records import EventRecord
from statsync.timelines.attributes import direction, number
from statsync.timelines.definitions import Definitions
from statsync.timelines.offers import TASK_ENDS, Offer, fold_offers
from statsync.timelines.order import in_order

GIVEN_BACK = {"task.transfer-failed", "task.transfer-canceled"}


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
    from_queue_sid: str = ""
    offers: int = 0
    task_created_ms: int = 0
    task_answered_ms: int | None = None
    task_ended_ms: int | None = None
    task_outcome: str = ""
    task_cause: str = ""
    attributes: str = ""


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
        entering = enter(entries, nth, offers, whole)
        leaving = leave(entry, entering, own, following, whole)
        stays.append(stay(entry, entering, len(own), leaving, whole, definitions))
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
    given_back: Sequence[int] = ()
    "When a transfer failed, and whoever handed over had the task again."

    def came_back(self, since: int, until: int | None) -> int | None:
        """Within this time; not where the task itself ends with its transfer."""
        return next(
            (
                ms
                for ms in self.given_back
                if since <= ms != self.ended_ms and (until is None or ms <= until)
            ),
            None,
        )


UNTOLD = Whole(None, None, None, "", "", "", "")
"A task's own facts stand on its first stay only."


@dataclass(frozen=True, slots=True)
class Entering:
    """How a stay began; `from_queue_sid` where it was handed over."""

    nth: int
    how: str
    from_queue_sid: str = ""


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
    back = [one.ms for one in ordered if one.type in GIVEN_BACK]
    return Whole(created, answered, ended, outcome, cause, last, attributes, back)


def outcome_of(end: EventRecord, definitions: Definitions) -> tuple[str, str]:
    """How a task that waits at its end has ended, and why."""
    data = end.data
    if end.type == "task.system-deleted":
        return "ended", "expired"
    reason = data.task_canceled_reason or data.task_completed_reason or data.reason
    cause = definitions.cause(reason or "", end.ms)
    gave_up = end.type == "task.canceled" and cause == "customer left"
    return ("abandoned" if gave_up else "ended"), cause


def stay(
    entry: EventRecord,
    entering: Entering,
    offers: int,
    leaving: Leaving,
    whole: Whole,
    definitions: Definitions,
) -> Stay:
    data = entry.data
    channel = data.task_channel_unique_name or ""
    rule = definitions.rule(data.task_queue_sid or "", channel, entry.ms)
    told = whole if entering.nth == 0 else UNTOLD
    made = number(data.task_date_created) * 1000
    return Stay(
        task_sid=entry.task_sid,
        nth=entering.nth,
        queue_sid=data.task_queue_sid or "",
        workflow_sid=data.workflow_sid or "",
        channel=channel,
        direction=direction(
            data.task_attributes or "", definitions.direction(entry.ms)
        ),
        priority=number(data.task_priority),
        how=entering.how,
        entered_ms=entry.ms,
        t_ms=rule.t_ms,
        s_ms=rule.s_ms,
        left_ms=leaving.ms,
        outcome=leaving.outcome,
        cause=leaving.cause,
        wait_ms=None if leaving.ms is None else leaving.ms - entry.ms,
        to_queue_sid=leaving.to_queue_sid,
        from_queue_sid=entering.from_queue_sid,
        offers=offers,
        task_created_ms=whole.created_ms or made or entry.ms,
        task_answered_ms=told.answered_ms,
        task_ended_ms=told.ended_ms,
        task_outcome=told.outcome,
        task_cause=told.cause,
        attributes=told.attributes,
    )


def enter(
    entries: list[EventRecord], nth: int, offers: list[Offer], whole: Whole
) -> Entering:
    """Handed over by whoever had answered, or moved by its workflow."""
    if nth == 0:
        return Entering(nth, "new")
    before, entry = entries[nth - 1], entries[nth]
    legs = [
        (one.ended_ms, one.stay_nth)
        for one in offers
        if one.outcome == "accepted" and one.stay_nth < nth
    ]
    answered_in = max(legs, default=(None, -1))[1]
    if answered_in == nth - 1 or (legs and whole.came_back(before.ms, entry.ms)):
        return Entering(nth, "transferred", queue_of(entries[answered_in]))
    again = queue_of(before) == queue_of(entry)
    return Entering(nth, "offered again" if again else "moved")


def queue_of(entry: EventRecord) -> str:
    return entry.data.task_queue_sid or ""


def leave(
    entry: EventRecord,
    entering: Entering,
    own: list[Offer],
    following: EventRecord | None,
    whole: Whole,
) -> Leaving:
    """The end of a stay: the first answer, the next queue, or the task's own end."""
    answers = [one.ended_ms for one in own if one.outcome == "accepted"]
    answered = min((ms for ms in answers if ms is not None), default=None)
    if answered is not None:
        return Leaving(answered, "answered")
    if entering.how == "transferred":
        back = whole.came_back(entry.ms, following.ms if following else None)
        if back is not None:
            return Leaving(back, "ended", "transfer failed")
    if following is not None:
        return Leaving(following.ms, "moved on", to_queue_sid=queue_of(following))
    if whole.ended_ms is not None:
        return Leaving(whole.ended_ms, whole.last_outcome, whole.cause)
    return Leaving()
