"""Facts of the tasks and workers that a batch touched, folded again and written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from statsync import models, timelines
from statsync.actions import ledger, memberships, spells
from statsync.actions.definitions import fold_definitions
from statsync.actions.insert import insert
from statsync.models import Workspace
from statsync.records import EventRecord
from statsync.rollups import buckets_between
from statsync.select import marks, select
from statsync.timelines import FOLDED_FOR_WORKERS, Offer, Stay
from statsync.timelines.changes import Reach, Span, task_span

SHOWN_MS = 26 * 3_600_000
"A day has at most 25 hours."
STAY_MOMENTS = (
    *("entered_ms", "left_ms"),
    *("task_created_ms", "task_answered_ms", "task_ended_ms"),
)
LEFT = STAY_MOMENTS.index("left_ms")
stay_moments = attrgetter(*STAY_MOMENTS)
OFFER_MOMENTS = ("offered_ms", "ended_ms", "wrap_ms", "completed_ms")
COMPLETED = OFFER_MOMENTS.index("completed_ms")
offer_moments = attrgetter(*OFFER_MOMENTS)
TAKE_STAYS = f"""
DELETE FROM statsync_stay WHERE workspace_id = %s AND task_sid IN ({{marks}})
RETURNING task_sid, {", ".join(STAY_MOMENTS)}
"""
TAKE_OFFERS = f"""
DELETE FROM statsync_offer WHERE workspace_id = %s AND task_sid IN ({{marks}})
RETURNING task_sid, worker_sid, outcome, {", ".join(OFFER_MOMENTS)}
"""
Reached = dict[str, Reach]
"By task sid."


@dataclass
class Refolded:
    """What a batch changed, for those who show it."""

    tasks: set[str] = field(default_factory=set)
    workers: set[str] = field(default_factory=set)
    queues: set[str] = field(default_factory=set)
    dirty: set[int] = field(default_factory=set)

    def mark(self, span: Span, now_ms: int) -> None:
        start, end = span
        self.dirty.update(buckets_between(start, now_ms if end is None else end))


def refold(workspace: Workspace, batch: Sequence[EventRecord], now_ms: int) -> Refolded:
    """Inside the transaction that wrote the batch, under the workspace's lock."""
    done = Refolded()
    refold_tasks(workspace, batch, done, now_ms)
    earliest: dict[str, int] = {}
    for event in batch:
        if event.worker_sid and event.type in FOLDED_FOR_WORKERS:
            at = min(event.ms, earliest.get(event.worker_sid, event.ms))
            earliest[event.worker_sid] = at
    changed = spells.refold(workspace, earliest)
    done.workers |= changed.workers
    for span in changed.spans:
        done.mark(span, now_ms)
    memberships.refold(workspace, batch)
    return done


def refold_tasks(
    workspace: Workspace, batch: Sequence[EventRecord], done: Refolded, now_ms: int
) -> None:
    first: dict[str, int] = {}
    for event in batch:
        if event.task_sid:
            first[event.task_sid] = min(event.ms, first.get(event.task_sid, event.ms))
    if not first:
        return
    definitions = fold_definitions(workspace)
    stays: list[Stay] = []
    offers: list[Offer] = []
    told = ledger.of_tasks(workspace, first, batch)
    for events in told.values():
        folded = timelines.fold_task(events, definitions)
        stays += folded.stays
        offers += folded.offers
    before = take_away(workspace, first, done)
    after = folded_reach(first, stays, offers)
    for sid, touched_ms in first.items():
        done.mark(task_span(touched_ms, before[sid], after[sid]), now_ms)
    insert(workspace, Stay, stays)
    insert(workspace, Offer, offers)
    note_shown(done, stays, offers, now_ms - SHOWN_MS)


def take_away(workspace: Workspace, sids: Iterable[str], done: Refolded) -> Reached:
    """The facts of these tasks go; who rang until now may ring no more."""
    reach = {sid: Reach() for sid in sids}
    for chunk in ledger.chunks(sorted(reach)):
        of: list[Any] = [workspace.pk, *chunk]
        for sid, *moments in select(TAKE_STAYS.format(marks=marks(chunk)), of):
            reach[sid].note(STAY_MOMENTS, moments, moments[LEFT] is None)
        taken = select(TAKE_OFFERS.format(marks=marks(chunk)), of)
        for sid, worker_sid, outcome, *moments in taken:
            goes_on = in_hand(outcome, moments[COMPLETED])
            reach[sid].note(OFFER_MOMENTS, moments, goes_on)
            done.workers |= {worker_sid} if goes_on else set()
    return reach


def folded_reach(
    sids: Iterable[str], stays: Iterable[Stay], offers: Iterable[Offer]
) -> Reached:
    reach = {sid: Reach() for sid in sids}
    for stay in stays:
        moments = stay_moments(stay)
        reach[stay.task_sid].note(STAY_MOMENTS, moments, moments[LEFT] is None)
    for offer in offers:
        reach[offer.task_sid].note(OFFER_MOMENTS, offer_moments(offer), is_open(offer))
    return reach


def note_shown(
    done: Refolded, stays: list[Stay], offers: list[Offer], since_ms: int
) -> None:
    """What boards may show: what is open, or ended on a day that may still be today."""
    for stay in stays:
        if stay.left_ms is None or stay.left_ms >= since_ms:
            done.tasks.add(stay.task_sid)
            done.queues.add(stay.queue_sid)
    for offer in offers:
        if offer.offered_ms >= since_ms or is_open(offer):
            done.workers.add(offer.worker_sid)


def is_open(offer: Offer) -> bool:
    return in_hand(offer.outcome, offer.completed_ms)


def in_hand(outcome: str, completed_ms: int | None) -> bool:
    return completed_ms is None and outcome in ("", "accepted")


def mark_dirty(workspace: Workspace, starts: Iterable[int]) -> None:
    models.DirtyBucket.objects.bulk_create(
        [
            models.DirtyBucket(workspace=workspace, start_ms=one)
            for one in sorted(starts)
        ],
        ignore_conflicts=True,
    )
