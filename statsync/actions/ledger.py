"""Events into the ledger: each once, confirmed ones never changed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from statsync.models import Conflict, Event, Workspace
from statsync.records import EventRecord, parse

INSERT = """
INSERT INTO statsync_event
  (workspace_id, ms, sid, type, task_sid, worker_sid, confirmed, received_ms, body)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (workspace_id, ms, sid) DO NOTHING
"""
CONFIRM = """
UPDATE statsync_event SET confirmed = %s, body = %s
WHERE workspace_id = %s AND ms = %s AND sid = %s
"""
CHUNK = 400
CONFLICT_MS = 30 * 86_400_000


@dataclass
class Sorted:
    """A batch against what the ledger holds."""

    new: list[EventRecord] = field(default_factory=list)
    confirmed: list[EventRecord] = field(default_factory=list)
    "Known by callback, now confirmed by a poll."
    changed: list[EventRecord] = field(default_factory=list)
    "Of the confirmed, those that say something else than the callback did."
    conflicts: list[tuple[EventRecord, str]] = field(default_factory=list)


# With the words of the partial index, or it is not used.
OF_WORKERS = """
WITH wanted (sid, start_ms) AS (VALUES {values})
SELECT event.worker_sid, event.body FROM wanted
JOIN statsync_event event ON event.workspace_id = %s
  AND event.worker_sid = wanted.sid AND NOT (event.worker_sid = '')
  AND event.type IN ({types}) AND event.ms > wanted.start_ms
"""
# A seek of the index per type, however many events there are.
LAST_BEFORE = """
WITH wanted (sid, start_ms) AS (VALUES {values}) SELECT wanted.sid, {lasts} FROM wanted
"""
LAST = """
(SELECT MAX(event.ms) FROM statsync_event event WHERE event.workspace_id = %s
  AND event.worker_sid = wanted.sid AND NOT (event.worker_sid = '')
  AND event.type = %s AND event.ms < wanted.start_ms)
"""


def sort(
    workspace: Workspace, records: Sequence[EventRecord], confirmed: bool
) -> Sorted:
    known = already_known(workspace, records)
    result = Sorted()
    for record in {(one.ms, one.sid): one for one in records}.values():
        body, sure = known.get((record.ms, record.sid), (None, False))
        if body is None:
            result.new.append(record)
        elif confirmed and not sure:
            result.confirmed.append(record)
            if tells_otherwise(record, body):
                result.changed.append(record)
        elif confirmed and body != record.raw and not blanked(record, body):
            result.conflicts.append((record, body))
    return result


def already_known(
    workspace: Workspace, records: Sequence[EventRecord]
) -> dict[tuple[int, str], tuple[str, bool]]:
    if not records:
        return {}
    times = [one.ms for one in records]
    rows = Event.objects.filter(
        workspace=workspace, ms__gte=min(times), ms__lte=max(times)
    ).values_list("ms", "sid", "body", "confirmed")
    return {(ms, sid): (body, sure) for ms, sid, body, sure in rows.iterator()}


def tells_otherwise(record: EventRecord, body: str) -> bool:
    before = parse(body)
    return (before.type, before.data) != (record.type, record.data)


def blanked(record: EventRecord, body: str) -> bool:
    """TaskRouter empties the attributes of old events; that is no contradiction."""
    before, after = parse(body), record
    same = (before.type, before.task_sid, before.worker_sid) == (
        after.type,
        after.task_sid,
        after.worker_sid,
    )
    return same and not after.data.task_attributes and not after.data.worker_attributes


def write(workspace: Workspace, batch: Sorted, confirmed: bool, now_ms: int) -> None:
    rows: list[tuple[Any, ...]] = [
        (
            workspace.pk,
            one.ms,
            one.sid,
            one.type,
            one.task_sid,
            one.worker_sid,
            confirmed,
            now_ms,
            one.raw,
        )
        for one in batch.new
    ]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT, rows)
        cursor.executemany(
            CONFIRM,
            [(True, one.raw, workspace.pk, one.ms, one.sid) for one in batch.confirmed],
        )
    note_conflicts(workspace, batch.conflicts, now_ms)


def note_conflicts(
    workspace: Workspace, conflicts: Sequence[tuple[EventRecord, str]], now_ms: int
) -> None:
    for record, kept in conflicts:
        Conflict.objects.get_or_create(
            workspace=workspace,
            sid=record.sid,
            refused_sha256=sha256(record.raw),
            defaults={"kept_sha256": sha256(kept), "seen_ms": now_ms},
        )


def forget_conflicts(workspace: Workspace, now_ms: int) -> None:
    """As old as TaskRouter's own memory: nobody can look at the events any more."""
    rows = Conflict.objects.filter(workspace=workspace)
    rows.filter(seen_ms__lt=now_ms - CONFLICT_MS).delete()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Parsed(dict[str, EventRecord]):
    """Records by their JSON text: what the batch has parsed is not parsed again."""

    @classmethod
    def of(cls, records: Iterable[EventRecord]) -> "Parsed":
        return cls((one.raw, one) for one in records)

    def __missing__(self, raw: str) -> EventRecord:
        return parse(raw)


def of_tasks(
    workspace: Workspace, sids: Iterable[str], parsed: Parsed
) -> dict[str, list[EventRecord]]:
    """Every event of these tasks."""
    found: dict[str, list[EventRecord]] = {sid: [] for sid in sids}
    for chunk in chunks(sorted(found)):
        rows = Event.objects.filter(workspace=workspace, task_sid__in=chunk)
        # The words of the partial index, or it is not used.
        rows = rows.exclude(task_sid="")
        for sid, body in rows.values_list("task_sid", "body").iterator():
            found[sid].append(parsed[body])
    return found


def chunks(items: Sequence[str]) -> Iterable[Sequence[str]]:
    for at in range(0, len(items), CHUNK):
        yield items[at : at + CHUNK]


def of_workers(
    workspace: Workspace, after: Mapping[str, int], types: Sequence[str]
) -> dict[str, list[EventRecord]]:
    """Events of these types by worker, each after a moment of his own (ms)."""
    found: dict[str, list[EventRecord]] = {sid: [] for sid in after}
    with connection.cursor() as cursor:
        for chunk in chunks(sorted(after)):
            values, starts = wanted(chunk, after)
            marks = ", ".join(["%s"] * len(types))
            cursor.execute(
                OF_WORKERS.format(values=values, types=marks),
                [*starts, workspace.pk, *types],
            )
            for sid, body in cursor.fetchall():
                found[sid].append(parse(body))
    return found


def last_before(
    workspace: Workspace, moments: Mapping[str, int], types: Sequence[str]
) -> dict[str, int]:
    """When each worker's last event of these types was, before a moment of his own."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for chunk in chunks(sorted(moments)):
            values, starts = wanted(chunk, moments)
            lasts = ", ".join([LAST] * len(types))
            of = [one for type in types for one in (workspace.pk, type)]
            cursor.execute(
                LAST_BEFORE.format(values=values, lasts=lasts), [*starts, *of]
            )
            for sid, *times in cursor.fetchall():
                known = [ms for ms in times if ms is not None]
                found |= {sid: max(known)} if known else {}
    return found


def wanted(sids: Sequence[str], moments: Mapping[str, int]) -> tuple[str, list[Any]]:
    """Rows of VALUES, and what stands in them."""
    rows = ", ".join(["(%s, CAST(%s AS bigint))"] * len(sids))
    return rows, [one for sid in sids for one in (sid, moments[sid])]
