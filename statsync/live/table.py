"""The live table: rows with versions, snapshots, and what changed since.

A version is taken last before commit, by UPDATE … RETURNING on the counter row: whoever
reads version v has seen everything up to v.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from statsync.live import doorbell
from statsync.live.frames import Rows
from statsync.live.published import KindAndSid, Published
from statsync.models import LiveCounter, LiveRow, Workspace

TOMBSTONE_MS = 3_600_000

NEXT_VERSION = """
UPDATE statsync_livecounter SET version = version + 1
WHERE workspace_id = %s RETURNING version
"""
WRITE = """
INSERT INTO statsync_liverow
  (workspace_id, kind, sid, body, version, scopes, scopes_before, due_at, gone_ms)
VALUES (%s, %s, %s, %s, %s, '[]', '[]', %s, %s)
ON CONFLICT (workspace_id, kind, sid) DO UPDATE SET
  body = excluded.body, version = excluded.version, due_at = excluded.due_at,
  gone_ms = excluded.gone_ms
"""
DELAY = """
UPDATE statsync_liverow SET due_at = %s
WHERE workspace_id = %s AND kind = %s AND sid = %s
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A row as it should be; body None: it is gone. `due_at`: when it changes by itself."""

    body: dict[str, Any] | None
    due_at: int | None = None


Drafts = dict[KindAndSid, Draft]


def begin(workspace: Workspace) -> None:
    """The counter row; its epoch is random, so no cursor of another database fits."""
    LiveCounter.objects.get_or_create(
        workspace=workspace, defaults={"epoch": secrets.token_hex(8)}
    )


def write(
    workspace: Workspace, drafts: Drafts, now: int, published: Published | None = None
) -> int:
    """Publishes what differs; how many rows that were. Inside a transaction."""
    published = published or Published(workspace)
    published.look_up(drafts)
    changed, delayed = [], []
    for (kind, sid), draft in drafts.items():
        text = "" if draft.body is None else encode(draft.body)
        before = published.rows.get((kind, sid))
        if before is None and draft.body is None:
            continue
        if before is None or before[0] != text:
            changed.append((kind, sid, text, draft))
        elif before[1] != draft.due_at:
            delayed.append((draft.due_at, workspace.pk, kind, sid))
    with connection.cursor() as cursor:
        if changed:
            put(cursor, workspace, changed, now)
        cursor.executemany(DELAY, delayed)
        if changed:
            # Robust: the rows are kept, whatever becomes of the ring.
            transaction.on_commit(lambda: doorbell.ring(workspace.pk), robust=True)
    return len(changed)


def put(
    cursor: Any,
    workspace: Workspace,
    changed: list[tuple[str, str, str, Draft]],
    now: int,
) -> None:
    cursor.execute(NEXT_VERSION, [workspace.pk])
    version = cursor.fetchone()[0]
    cursor.executemany(
        WRITE,
        [
            (
                workspace.pk,
                kind,
                sid,
                text,
                version,
                draft.due_at,
                now if draft.body is None else None,
            )
            for kind, sid, text, draft in changed
        ],
    )


def encode(body: Mapping[str, Any]) -> str:
    return json.dumps(body, separators=(",", ":"), sort_keys=True)


def due(workspace: Workspace, now: int) -> list[KindAndSid]:
    rows = LiveRow.objects.filter(workspace=workspace, due_at__lte=now)
    return list(rows.values_list("kind", "sid"))


def sweep(workspace: Workspace, now: int) -> None:
    """Tombstones that are older than an hour; the counter remembers how far that went."""
    old = LiveRow.objects.filter(workspace=workspace, gone_ms__lt=now - TOMBSTONE_MS)
    last = old.aggregate(last=Max("version"))["last"]
    if last is None:
        return
    with transaction.atomic():
        counters = LiveCounter.objects.filter(workspace=workspace, swept__lt=last)
        counters.update(swept=last)
        old.filter(version__lte=last).delete()


# Reading


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows by kind and sid; `gone` by kind. `version` is what they bring a reader to."""

    epoch: str
    version: int
    rows: Rows
    gone: dict[str, list[str]]
    fresh: bool
    "Everything there is: replace what you hold."

    @property
    def cursor(self) -> str:
        return f"{self.epoch}:{self.version}"


def snapshot(workspace_id: int, kinds: Iterable[str]) -> Changes:
    at, rows, _gone = read(workspace_id, kinds, 0)
    return Changes(at.epoch, at.version, rows, {}, True)


def changes(workspace_id: int, epoch: str, after: int, kinds: Iterable[str]) -> Changes:
    """What changed after a version; everything, where that cannot be told any more."""
    kinds = tuple(kinds)
    at, rows, gone = read(workspace_id, kinds, after)
    # Whoever stands before what was swept may hold rows whose tombstones are gone.
    if epoch == at.epoch and max(at.swept, 1) <= after <= at.version:
        return Changes(at.epoch, at.version, rows, gone, False)
    return snapshot(workspace_id, kinds)


@dataclass(frozen=True, slots=True)
class At:
    """The counter at a moment."""

    epoch: str = ""
    version: int = 0
    swept: int = 0


READ = """
SELECT counter.epoch, counter.version, counter.swept,
  row.kind, row.sid, row.body, row.gone_ms
FROM statsync_livecounter counter
LEFT JOIN statsync_liverow row ON row.workspace_id = counter.workspace_id
  AND row.version > %s AND row.kind IN ({kinds})
WHERE counter.workspace_id = %s
"""


def read(
    workspace_id: int, kinds: Iterable[str], after: int
) -> tuple[At, Rows, dict[str, list[str]]]:
    """The counter, the rows and the tombstones of one moment, in one statement: it
    waits for no writer, and no commit falls between counter and rows."""
    wanted = list(kinds)
    at = At()
    rows: Rows = {}
    gone: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        sql = READ.format(kinds=", ".join(["%s"] * len(wanted)))
        cursor.execute(sql, [after, *wanted, workspace_id])
        for epoch, version, swept, kind, sid, body, went in cursor.fetchall():
            at = At(epoch, version, swept)
            if kind is None:
                continue  # nothing changed
            if went is None:
                rows.setdefault(kind, {})[sid] = json.loads(body)
            else:
                gone.setdefault(kind, []).append(sid)
    return at, rows, gone
