"""Facts of the tasks and workers that a batch touched, folded again and written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from statsync import models, timelines
from statsync.actions import ledger, spells
from statsync.actions.definitions import fold_definitions, queue_rules
from statsync.actions.insert import insert
from statsync.models import Workspace
from statsync.records import EventRecord
from statsync.rollups import buckets_between
from statsync.timelines import (
    FOLDED_FOR_WORKERS,
    WORKER_TYPES,
    Membership,
    Offer,
    Stay,
)
from statsync.timelines.changes import Reach, Span, task_span

QUEUE_CHANGES = {
    "task-queue.created",
    "task-queue.expression.updated",
    "task-queue.deleted",
}
SHOWN_MS = 26 * 3_600_000
"A day has at most 25 hours."
STAY_MOMENTS = (
    *("entered_ms", "left_ms"),
    *("task_created_ms", "task_answered_ms", "task_ended_ms"),
)
LEFT = STAY_MOMENTS.index("left_ms")
stay_moments = attrgetter(*STAY_MOMENTS)
OFFER_MOMENTS = ("offered_ms", "ended_ms", "wrap_ms", "completed_ms")
offer_moments = attrgetter(*OFFER_MOMENTS)


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
    refold_memberships(workspace, batch)
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
    told = ledger.of_tasks(workspace, first, ledger.Parsed.of(batch))
    for events in told.values():
        folded = timelines.fold_task(events, definitions)
        stays += folded.stays
        offers += folded.offers
    before = known_reach(workspace, first, done)
    after = folded_reach(first, stays, offers)
    for sid, touched_ms in first.items():
        done.mark(task_span(touched_ms, before[sid], after[sid]), now_ms)
    replace_tasks(workspace, list(first), stays, offers)
    note_shown(done, stays, offers, now_ms - SHOWN_MS)


def known_reach(
    workspace: Workspace, sids: Iterable[str], done: Refolded
) -> dict[str, Reach]:
    """Of the facts that are about to go; who rang until now may ring no more."""
    reach = {sid: Reach() for sid in sids}
    for chunk in ledger.chunks(sorted(reach)):
        of = {"workspace": workspace, "task_sid__in": chunk}
        for sid, *moments in models.Stay.objects.filter(**of).values_list(
            "task_sid", *STAY_MOMENTS
        ):
            reach[sid].note(STAY_MOMENTS, moments, moments[LEFT] is None)
        for offer in models.Offer.objects.filter(**of):
            reach[offer.task_sid].note(
                OFFER_MOMENTS, offer_moments(offer), is_open(offer)
            )
            if is_open(offer):
                done.workers.add(offer.worker_sid)
    return reach


def folded_reach(
    sids: Iterable[str], stays: Iterable[Stay], offers: Iterable[Offer]
) -> dict[str, Reach]:
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


def is_open(offer: Offer | models.Offer) -> bool:
    return offer.completed_ms is None and offer.outcome in ("", "accepted")


def replace_tasks(
    workspace: Workspace, sids: Sequence[str], stays: list[Stay], offers: list[Offer]
) -> None:
    for chunk in ledger.chunks(sids):
        for model in (models.Stay, models.Offer):
            model.objects.filter(workspace=workspace, task_sid__in=chunk).delete()
    insert(workspace, Stay, stays)
    insert(workspace, Offer, offers)


def refold_memberships(workspace: Workspace, batch: Sequence[EventRecord]) -> None:
    """Rarely needed: when attributes or expressions changed, or somebody came or left."""
    if not any(one.type in WORKER_TYPES or one.type in QUEUE_CHANGES for one in batch):
        return
    rules = queue_rules(workspace)
    watched = any("activity_" in (one.expression or "") for one in rules)
    types = set(WORKER_TYPES) - {
        "worker.capacity.update",
        "worker.channel.availability.update",
        *(() if watched else ("worker.activity.update",)),
    }
    workers = {one.worker_sid for one in batch if one.type in types}
    workers |= strangers(workspace, batch)
    if any(one.type in QUEUE_CHANGES for one in batch):
        workers |= known_workers(workspace)
    write_memberships(workspace, workers, rules)


def strangers(workspace: Workspace, batch: Sequence[EventRecord]) -> set[str]:
    """Workers of the batch who belong to no queue yet, as far as we know."""
    seen = {one.worker_sid for one in batch if one.type in WORKER_TYPES}
    rows = models.Membership.objects.filter(workspace=workspace, worker_sid__in=seen)
    return seen - set(rows.values_list("worker_sid", flat=True))


def known_workers(workspace: Workspace) -> set[str]:
    return set(
        models.Spell.objects.filter(workspace=workspace)
        .values_list("worker_sid", flat=True)
        .distinct()
    )


def write_memberships(
    workspace: Workspace, workers: set[str], rules: Sequence[timelines.QueueRule]
) -> None:
    told = ledger.of_workers(workspace, dict.fromkeys(workers, -1), WORKER_TYPES)
    rows = models.Membership.objects.filter(workspace=workspace)
    for chunk in ledger.chunks(sorted(workers)):
        rows.filter(worker_sid__in=chunk).delete()
    for events in told.values():
        insert(workspace, Membership, timelines.fold_memberships(events, rules))


def mark_dirty(workspace: Workspace, starts: Iterable[int]) -> None:
    models.DirtyBucket.objects.bulk_create(
        [
            models.DirtyBucket(workspace=workspace, start_ms=one)
            for one in sorted(starts)
        ],
        ignore_conflicts=True,
    )
