"""Events that cannot be kept, set aside so that they keep no other away."""

from collections.abc import Sequence

import structlog
from django.db import InterfaceError, OperationalError, transaction

from statsync.actions import ingest, watermarks
from statsync.actions.ledger import sha256
from statsync.models import SetAside, Workspace
from statsync.records import EventRecord, Unreadable

log = structlog.get_logger()
Mark = tuple[str, int]
"A watermark: a job, and the ms it has reached."


def ingest_whole_or_by_halves(
    workspace: Workspace,
    records: Sequence[EventRecord],
    now_ms: int,
    watermark: Mark | None = None,
) -> int:
    """As ingest of confirmed events, but one that fails is set aside alone.

    How many were new. A database that is away is no event's fault and is raised.
    """
    try:
        kept = ingest.ingest(workspace, records, True, now_ms, watermark)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if not records:
            raise
        if len(records) == 1:
            return give_up(workspace, records[0], error, now_ms, watermark)
        middle = len(records) // 2
        first = ingest_whole_or_by_halves(workspace, records[:middle], now_ms)
        rest = records[middle:]
        return first + ingest_whole_or_by_halves(workspace, rest, now_ms, watermark)
    take_back(workspace, [one.raw for one in records])
    return kept.new


def give_up(
    workspace: Workspace,
    record: EventRecord,
    error: Exception,
    now_ms: int,
    watermark: Mark | None,
) -> int:
    log.error("event.set_aside", sid=record.sid, type=record.type, exc_info=error)
    with transaction.atomic():
        why = f"{type(error).__name__}: {error}"
        set_aside(workspace, [Unreadable(record.raw, why)], now_ms)
        if watermark is not None:
            watermarks.move(workspace, *watermark)
    return 0


def set_aside(workspace: Workspace, events: Sequence[Unreadable], now_ms: int) -> None:
    for one in events:
        SetAside.objects.update_or_create(
            workspace=workspace,
            sha256=sha256(one.raw),
            defaults={"why": one.why, "tried_ms": now_ms},
            create_defaults={
                "body": one.raw,
                "why": one.why,
                "seen_ms": now_ms,
                "tried_ms": now_ms,
            },
        )


def take_back(workspace: Workspace, bodies: Sequence[str]) -> None:
    """Those that have been kept after all."""
    rows = SetAside.objects.filter(workspace=workspace)
    if rows.exists():
        rows.filter(sha256__in=[sha256(one) for one in bodies]).delete()
