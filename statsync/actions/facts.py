"""Facts of the tasks and workers that a batch touched, folded again and written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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

QUEUE_CHANGES = {
    "task-queue.created",
    "task-queue.expression.updated",
    "task-queue.deleted",
}
SHOWN_MS = 26 * 3_600_000
"A day has at most 25 hours."
OPEN_END_MS = 4 * 3_600_000
"How far ahead of a batch its buckets are marked where nothing tells the end."


@dataclass
class Refolded:
    """What a batch changed, for those who show it."""

    tasks: set[str] = field(default_factory=set)
    workers: set[str] = field(default_factory=set)
    queues: set[str] = field(default_factory=set)
    dirty: set[int] = field(default_factory=set)


def refold(workspace: Workspace, batch: Sequence[EventRecord], now_ms: int) -> Refolded:
    """Inside the transaction that wrote the batch, under the workspace's lock."""
    done = Refolded()
    refold_tasks(workspace, batch, done, now_ms)
    earliest: dict[str, int] = {}
    for event in batch:
        if event.worker_sid and event.type in FOLDED_FOR_WORKERS:
            at = min(event.ms, earliest.get(event.worker_sid, event.ms))
            earliest[event.worker_sid] = at
    for since in earliest.values():
        done.dirty |= set(buckets_between(since, min(now_ms, since + OPEN_END_MS)))
    done.workers |= spells.refold(workspace, earliest)
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
    for sid, events in ledger.of_tasks(
        workspace, first, ledger.Parsed.of(batch)
    ).items():
        folded = timelines.fold_task(events, definitions)
        stays += folded.stays
        offers += folded.offers
        last = max((one.ms for one in events), default=first[sid])
        ended = folded.stays and folded.stays[0].task_ended_ms is not None
        done.dirty |= set(buckets_between(first[sid], last if ended else now_ms))
    replace_tasks(workspace, list(first), stays, offers)
    note_shown(done, stays, offers, now_ms - SHOWN_MS)


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
    if any(one.type in QUEUE_CHANGES for one in batch):
        workers |= known_workers(workspace)
    write_memberships(workspace, workers, rules)


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
