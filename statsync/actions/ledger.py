"""Events into the ledger: each once, confirmed ones never changed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from statsync.models import Conflict, Workspace
from statsync.records import EventRecord, parse
from statsync.select import marks, select

INSERT = """
INSERT INTO statsync_event
  (workspace_id, ms, sid, type, task_sid, worker_sid, confirmed, received_ms, body)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (workspace_id, ms, sid) DO NOTHING
"""
KNOWN = """
SELECT ms, sid, body, confirmed FROM statsync_event
WHERE workspace_id = %s AND ms BETWEEN %s AND %s
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


# Of the batch's own time without bodies: nearly all of these are the batch's own. With
# the words of the partial index, or it is not used.
OF_TASKS = """
SELECT task_sid, ms, sid, CASE WHEN ms BETWEEN %s AND %s THEN '' ELSE body END
FROM statsync_event
WHERE workspace_id = %s AND task_sid IN ({marks}) AND NOT (task_sid = '')
"""
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
    rows = select(KNOWN, [workspace.pk, min(times), max(times)])
    return {(ms, sid): (body, sure) for ms, sid, body, sure in rows}


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


def of_tasks(
    workspace: Workspace, sids: Iterable[str], batch: Sequence[EventRecord] = ()
) -> dict[str, list[EventRecord]]:
    """Every event of these tasks. Those of the batch, which the ledger has by now, are
    neither read nor parsed again."""
    found: dict[str, list[EventRecord]] = {sid: [] for sid in sids}
    own = {(one.ms, one.sid): one for one in batch}
    first, last = min(own, default=(1, "")), max(own, default=(0, ""))
    lacking: set[str] = set()
    for chunk in chunks(sorted(found)):
        sql = OF_TASKS.format(marks=marks(chunk))
        values = [first[0], last[0], workspace.pk, *chunk]
        for task_sid, ms, sid, body in select(sql, values):
            event = parse(body) if body else own.get((ms, sid))
            if event is None:
                lacking.add(task_sid)
            else:
                found[task_sid].append(event)
    return found | of_tasks(workspace, lacking) if lacking else found


def chunks(items: Sequence[str]) -> Iterable[Sequence[str]]:
    for at in range(0, len(items), CHUNK):
        yield items[at : at + CHUNK]


def of_workers(
    workspace: Workspace, after: Mapping[str, int], types: Sequence[str]
) -> dict[str, list[EventRecord]]:
    """Events of these types by worker, each after a moment of his own (ms)."""
    found: dict[str, list[EventRecord]] = {sid: [] for sid in after}
    for chunk in chunks(sorted(after)):
        values, starts = wanted(chunk, after)
        sql = OF_WORKERS.format(values=values, types=marks(types))
        for sid, body in select(sql, [*starts, workspace.pk, *types]):
            found[sid].append(parse(body))
    return found


def last_before(
    workspace: Workspace, moments: Mapping[str, int], types: Sequence[str]
) -> dict[str, int]:
    """When each worker's last event of these types was, before a moment of his own."""
    found: dict[str, int] = {}
    for chunk in chunks(sorted(moments)):
        values, starts = wanted(chunk, moments)
        sql = LAST_BEFORE.format(values=values, lasts=", ".join([LAST] * len(types)))
        of = [one for type in types for one in (workspace.pk, type)]
        for sid, *times in select(sql, [*starts, *of]):
            known = [ms for ms in times if ms is not None]
            found |= {sid: max(known)} if known else {}
    return found


def wanted(sids: Sequence[str], moments: Mapping[str, int]) -> tuple[str, list[Any]]:
    """Rows of VALUES, and what stands in them."""
    rows = ", ".join(["(%s, CAST(%s AS bigint))"] * len(sids))
    return rows, [one for sid in sids for one in (sid, moments[sid])]
