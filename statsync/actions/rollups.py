"""Rollups: dirty buckets filled again from facts, never patched."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import fields
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from statsync import live, models, rollups
from statsync.actions import ledger, lock, watermarks
from statsync.actions.definitions import activity_kinds, deferred_channels
from statsync.actions.facts import mark_dirty
from statsync.models import Workspace
from statsync.rollups import BUCKET_MS, DemandFacts, Row, WorkerFacts
from statsync.timelines import Dated, Offer, Spell, Stay
from statsync.timelines.offers import OFFER_OUTCOMES

QUARTER = 15
JOB = "rollups"
FOR_NOTHING = sorted(set(OFFER_OUTCOMES.values()) - {"accepted"})
AT_ONCE = 16
"Buckets in one transaction, so that ingestion never waits long."


def refill_rollups(workspace: Workspace, now_ms: int) -> int:
    """The newest dirty buckets and the present one. How many were filled."""
    with transaction.atomic():
        lock.hold(workspace)
        present = rollups.bucket_of(now_ms)
        mark_passed(workspace, present)
        dirty = models.DirtyBucket.objects.filter(workspace=workspace)
        starts = dirty.order_by("-start_ms").values_list("start_ms", flat=True)[
            :AT_ONCE
        ]
        chosen = {present, *starts}
        for run in runs(sorted(chosen)):
            fill(workspace, run[0], run[-1] + BUCKET_MS, now_ms)
        dirty.filter(start_ms__in=chosen).delete()
        live.publish_intervals(workspace, now_ms)
    return len(chosen)


def mark_passed(workspace: Workspace, present: int) -> None:
    """Quarters pass though nothing is told: somebody waited in them, or was signed in."""
    reached = watermarks.reached(workspace, JOB)
    if reached is None:
        told = models.DirtyBucket.objects.filter(workspace=workspace)
        last = told.order_by("-start_ms").values_list("start_ms", flat=True).first()
        reached = present if last is None else last
    # The one that was present then was counted before it was over.
    mark_dirty(workspace, range(reached, present, BUCKET_MS))
    watermarks.move(workspace, JOB, present)


def runs(starts: Sequence[int]) -> list[list[int]]:
    """Neighbouring buckets together: their facts are read once."""
    found: list[list[int]] = []
    for start in starts:
        if found and start == found[-1][-1] + BUCKET_MS:
            found[-1].append(start)
        else:
            found.append([start])
    return found


def fill(workspace: Workspace, start: int, end: int, now_ms: int) -> None:
    stays, legs = stays_in(workspace, start, end), legs_in(workspace, start, end)
    buckets = range(start, end, BUCKET_MS)
    fill_queues(workspace, stays, legs, buckets)
    fill_tasks(workspace, start, end, buckets)
    fill_workers(workspace, buckets, now_ms)


def stays_in(workspace: Workspace, start: int, end: int) -> list[Stay]:
    rows = models.Stay.objects.filter(workspace=workspace)
    left = rows.filter(left_ms__gte=start, entered_ms__lt=end).order_by("left_ms")
    return as_facts(Stay, rows.filter(left_ms=None), left)


def legs_in(workspace: Workspace, start: int, end: int) -> list[Offer]:
    return as_facts(
        Offer,
        models.Offer.objects.filter(
            workspace=workspace,
            outcome="accepted",
            direction="inbound",
            completed_ms__gte=start,
            completed_ms__lt=end,
        ),
    )


def as_facts(kind: type[Any], *parts: QuerySet[Any]) -> list[Any]:
    """Each part has an index, which its order names where SQLite would take another; as
    one question they would walk all that ever was."""
    names = [one.name for one in fields(kind)]
    rows = chain.from_iterable(one.values_list(*names).iterator() for one in parts)
    return [kind(*values) for values in rows]


def fill_queues(
    workspace: Workspace, stays: list[Stay], legs: list[Offer], buckets: Sequence[int]
) -> None:
    """Each queue and channel."""
    own: dict[tuple[str, str], DemandFacts] = defaultdict(DemandFacts)
    for stay in stays:
        own[stay.queue_sid, stay.channel].stays.append(stay)
        if stay.from_queue_sid:
            own[stay.from_queue_sid, stay.channel].handed_over.append(stay)
    for leg in legs:
        own[leg.queue_sid, leg.channel].legs.append(leg)
    rows = [
        models.QueueInterval(
            workspace=workspace,
            size=QUARTER,
            queue_sid=queue,
            channel=channel,
            start_ms=at,
            **row,
        )
        for (queue, channel), mine in own.items()
        for at, row in demand_rows(mine, buckets)
    ]
    replace(models.QueueInterval, workspace, buckets, rows)


def fill_tasks(
    workspace: Workspace, start: int, end: int, buckets: Sequence[int]
) -> None:
    """The whole workspace ("") and each workflow, counted by task."""
    tasks = rollups.whole_tasks(tasks_in(workspace, start, end))
    legs = legs_in(workspace, start, end)
    flows = {one.workflow_sid for one in tasks} - {""}
    filled = [
        models.WorkflowInterval(
            workspace=workspace,
            size=QUARTER,
            workflow_sid=flow,
            channel="",
            start_ms=at,
            **row,
        )
        for flow in sorted({"", *flows})
        for at, row in demand_rows(
            DemandFacts(
                [one for one in tasks if flow in ("", one.workflow_sid)],
                legs if flow == "" else [],
            ),
            buckets,
        )
    ]
    replace(models.WorkflowInterval, workspace, buckets, filled)


def tasks_in(workspace: Workspace, start: int, end: int) -> list[Stay]:
    rows = models.Stay.objects.filter(
        workspace=workspace, nth=0, task_created_ms__lt=end
    )
    unanswered = rows.filter(task_answered_ms=None)
    return as_facts(
        Stay,
        rows.filter(task_answered_ms__gte=start).order_by("task_answered_ms"),
        unanswered.filter(task_ended_ms__gte=start).order_by("task_ended_ms"),
        unanswered.filter(task_ended_ms=None),
    )


def demand_rows(
    facts: DemandFacts, buckets: Sequence[int]
) -> Iterable[tuple[int, Row]]:
    """Only buckets in which something happened or stood."""
    of: dict[int, DemandFacts] = defaultdict(DemandFacts)
    last = buckets[-1]
    for stay in facts.stays:
        first = max(buckets[0], rollups.bucket_of(stay.entered_ms))
        ends = (
            last if stay.left_ms is None else min(last, rollups.bucket_of(stay.left_ms))
        )
        for at in range(first, ends + 1, BUCKET_MS):
            of[at].stays.append(stay)
    for leg in facts.legs:
        of[rollups.bucket_of(leg.completed_ms or 0)].legs.append(leg)
    for stay in facts.handed_over:
        of[rollups.bucket_of(stay.entered_ms)].handed_over.append(stay)
    for at in buckets:
        if at in of:
            yield at, rollups.demand_row(of[at], at, at + BUCKET_MS)


def fill_workers(workspace: Workspace, buckets: Sequence[int], now_ms: int) -> None:
    """The present bucket ends now: nobody has spent time that is yet to come."""
    kinds = activity_kinds(workspace)
    deferred = deferred_channels(workspace, buckets)
    facts = worker_facts(workspace, buckets[0], buckets[-1] + BUCKET_MS)
    rows = [
        models.WorkerInterval(
            workspace=workspace, size=QUARTER, worker_sid=sid, start_ms=at, **row
        )
        for sid, own in facts.items()
        for at in buckets
        if (row := worker_row(own, kinds, deferred[at], at, now_ms))
    ]
    replace(models.WorkerInterval, workspace, buckets, rows)


def worker_row(
    facts: WorkerFacts,
    kinds: Mapping[str, Dated],
    deferred: Set[str],
    start: int,
    now_ms: int,
) -> Row:
    """Empty where nothing happened."""
    end = start + BUCKET_MS
    own = rollups.touching(facts, start, end)
    row = rollups.worker_row(own, kinds, deferred, start, min(end, max(start, now_ms)))
    return row if any(row.values()) else {}


def worker_facts(workspace: Workspace, start: int, end: int) -> dict[str, WorkerFacts]:
    spells: dict[str, list[Spell]] = defaultdict(list)
    for spell in spells_in(workspace, start, end):
        spells[spell.worker_sid].append(spell)
    offers: dict[str, list[Offer]] = defaultdict(list)
    for offer in offers_in(workspace, start, end):
        offers[offer.worker_sid].append(offer)
    workers = spells.keys() | offers.keys()
    return {sid: WorkerFacts(spells[sid], offers[sid]) for sid in sorted(workers)}


def spells_in(workspace: Workspace, start: int, end: int) -> list[Spell]:
    """By worker, as their index is; every worker is in the mirror, deleted ones too."""
    found: list[Spell] = []
    mirror = models.Resource.objects.filter(workspace=workspace, kind="worker")
    for chunk in ledger.chunks(sorted(mirror.values_list("sid", flat=True))):
        rows = models.Spell.objects.filter(workspace=workspace, worker_sid__in=chunk)
        ended = rows.filter(ended_ms__gt=start).order_by("worker_sid", "ended_ms")
        both = as_facts(Spell, rows.filter(ended_ms=None), ended)
        found += [one for one in both if one.started_ms < end]
    return found


def offers_in(workspace: Workspace, start: int, end: int) -> list[Offer]:
    """Legs that ended then or go on; what rings, and what rang then for nothing."""
    made = models.Offer.objects.filter(workspace=workspace, offered_ms__lt=end)
    open_ended = made.filter(completed_ms=None)
    return as_facts(
        Offer,
        made.filter(completed_ms__gte=start).order_by("completed_ms"),
        open_ended.filter(outcome__in=["", "accepted"]),
        open_ended.filter(outcome__in=FOR_NOTHING, ended_ms__gte=start),
    )


def replace(
    model: Any, workspace: Workspace, buckets: Sequence[int], rows: list[Any]
) -> None:
    """Undoes the buckets before filling them, so that a second run changes nothing."""
    model.objects.filter(
        workspace=workspace,
        size=QUARTER,
        start_ms__gte=buckets[0],
        start_ms__lte=buckets[-1],
    ).delete()
    model.objects.bulk_create(rows, batch_size=200)
