"""The road of events: ledger, mirror, facts, watermark and live rows, or none of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from statsync import live
from statsync.actions import facts, ledger, lock, mirror, watermarks
from statsync.live.touched import Touched
from statsync.models import Event, Workspace
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
    config = mirror.apply(workspace, changed)
    done = facts.refold(workspace, changed, now_ms)
    facts.mark_dirty(workspace, done.dirty)
    touched = Touched(done.tasks, done.workers, done.queues, config, list(changed))
    live.publish(workspace, touched, now_ms)


def drop_unconfirmed(workspace: Workspace, now_ms: int) -> int:
    """Forgets callbacks that no poll has confirmed, and folds again without them."""
    with transaction.atomic():
        lock.hold(workspace)
        rows = Event.objects.filter(
            workspace=workspace,
            confirmed=False,
            received_ms__lt=now_ms - PROVISIONAL_MS,
        )
        dropped = [parse(body) for body in rows.values_list("body", flat=True)]
        if dropped:
            rows.delete()
            spread(workspace, dropped, now_ms)
    return len(dropped)
