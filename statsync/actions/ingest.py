"""The road of events: ledger, mirror, facts, watermark and live rows, or none of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from statsync import live
from statsync.actions import facts, ledger, lock, mirror, watermarks
from statsync.live.touched import Touched
from statsync.models import Event, Window, Workspace
from statsync.records import EventRecord, parse

PROVISIONAL_MS = 15 * 60_000
"A callback's event that no poll has confirmed by then never happened."


@dataclass(frozen=True, slots=True)
class Ingested:
    new: int
    confirmed: int
    conflicts: int


def ingest(
    workspace: Workspace,
    records: Sequence[EventRecord],
    confirmed: bool,
    now_ms: int,
    watermark: tuple[str, int] | None = None,
) -> Ingested:
    """One transaction. `watermark`: (job, ms) reached by having these."""
    with transaction.atomic():
        lock.hold(workspace)
        batch = ledger.sort(workspace, records, confirmed)
        ledger.write(workspace, batch, confirmed, now_ms)
        changed = [*batch.new, *batch.changed]
        if changed:
            spread(workspace, changed, now_ms)
        if watermark is not None:
            watermarks.move(workspace, *watermark)
    return Ingested(len(batch.new), len(batch.confirmed), len(batch.conflicts))


def spread(workspace: Workspace, changed: Sequence[EventRecord], now_ms: int) -> None:
    """From the ledger downwards."""
    applied = mirror.apply(workspace, changed)
    touched = refolded(workspace, changed, now_ms)
    touched.workers |= applied.workers
    touched.config, touched.events = applied.config, list(changed)
    live.publish(workspace, touched, now_ms)


def withdraw(workspace: Workspace, dropped: Sequence[EventRecord], now_ms: int) -> None:
    """As spread, for events that the ledger has lost; a list mends the mirror."""
    touched = refolded(workspace, dropped, now_ms)
    touched.withdrawn = {one.sid for one in dropped}
    touched.tasks |= {one.task_sid for one in dropped if one.task_sid}
    live.publish(workspace, touched, now_ms)


def refolded(
    workspace: Workspace, changed: Sequence[EventRecord], now_ms: int
) -> Touched:
    done = facts.refold(workspace, changed, now_ms)
    facts.mark_dirty(workspace, done.dirty)
    return Touched(done.tasks, done.workers, done.queues)


def drop_unconfirmed(workspace: Workspace, now_ms: int) -> int:
    """Forgets callbacks that no poll has confirmed, and folds again without them.

    Only of times that have been read: while polls fail, callbacks are all we have.
    """
    with transaction.atomic():
        lock.hold(workspace)
        rows = Event.objects.filter(
            workspace=workspace,
            confirmed=False,
            received_ms__lt=now_ms - PROVISIONAL_MS,
            ms__lt=watermarks.reached(workspace, "events") or 0,
        )
        unread = Window.objects.filter(
            workspace=workspace,
            state="waiting",
            start_ms__lte=OuterRef("ms"),
            end_ms__gt=OuterRef("ms"),
        )
        found = rows.exclude(Exists(unread)).values_list("pk", "body")
        dropped = {pk: parse(body) for pk, body in found}
        if dropped:
            Event.objects.filter(pk__in=list(dropped)).delete()
            withdraw(workspace, list(dropped.values()), now_ms)
    return len(dropped)
