"""Full lists of TaskRouter's resources into the mirror."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from statsync import live
from statsync.actions import ledger, lock, memberships, mirror
from statsync.actions.definitions import AT_FIRST, guess_kinds
from statsync.live.touched import Touched
from statsync.models import Resource, Workspace

ABSENCES = 2
"So many full lists without it mark a resource deleted."
News = tuple[Resource, bool]
"A row to write, and whether boards may show it differently."
SHOWN = {"worker", "worker_channel", "activity", "task_channel", "task_queue"}


def store_resources(
    workspace: Workspace,
    kind: str,
    items: Sequence[dict[str, Any]],
    complete: bool,
    asked_ms: int,
    parent_sid: str = "",
) -> set[str]:
    """`items` as the API gave them at `asked_ms`; what events have told since stays.

    Returns the sids that changed. `complete`: whoever is missing may be gone.
    """
    with transaction.atomic():
        lock.hold(workspace)
        rows = Resource.objects.filter(workspace=workspace, kind=kind)
        if parent_sid:
            rows = rows.filter(parent_sid=parent_sid)
        known = {row.sid: row for row in rows}
        first = kind == "task_queue" and complete and not known
        if first:
            items = [{**one, AT_FIRST: one["target_workers"]} for one in items]
        news = [
            row
            for item in items
            if (row := seen(workspace, kind, item, known, asked_ms, parent_sid))
        ]
        if complete:
            here = {item["sid"] for item in items}
            missing = [row for sid, row in known.items() if sid not in here]
            news += [one for row in missing if (one := note_absence(row, asked_ms))]
        mirror.write([row for row, _shows in news])
        note_seen(rows, items, asked_ms)
        if first:
            memberships.refold_all(workspace)
        if kind == "activity":
            guess_kinds(workspace, [activity(item) for item in items])
        changed = {row.sid for row, shows in news if shows}
        if changed and kind in SHOWN:
            live.publish(workspace, touched(kind, changed, parent_sid), asked_ms)
    return changed


def touched(kind: str, changed: set[str], parent_sid: str) -> Touched:
    if kind == "worker":
        return Touched(workers=changed)
    if kind == "worker_channel":
        return Touched(workers={parent_sid})
    return Touched(config=True)


def activity(item: dict[str, Any]) -> tuple[str, str, bool]:
    return item["sid"], item["friendly_name"], bool(item["available"])


def seen(
    workspace: Workspace,
    kind: str,
    item: dict[str, Any],
    known: Mapping[str, Resource],
    asked_ms: int,
    parent_sid: str,
) -> News | None:
    """The row as it should be, where that is not how it is."""
    row = known.get(item["sid"]) or Resource(
        workspace=workspace,
        kind=kind,
        sid=item["sid"],
        parent_sid=parent_sid,
        body="{}",
        seen_ms=0,
        deleted=True,
    )
    before, was_deleted = json.loads(row.body), row.deleted
    # Beside what the API gives, events told us milliseconds that it does not.
    body = {**before, **item}
    if row.seen_ms > asked_ms or (
        body == before and not was_deleted and not row.absences
    ):
        return None
    row.body, row.name = json.dumps(body), str(item.get("friendly_name") or "")[:64]
    row.seen_ms, row.absences, row.deleted = asked_ms, 0, False
    return row, was_deleted or steady(before) != steady(body)


def note_seen(
    rows: QuerySet[Resource], items: Sequence[dict[str, Any]], asked_ms: int
) -> None:
    """One statement for all of them, most of which are as they were."""
    for chunk in ledger.chunks(sorted(item["sid"] for item in items)):
        rows.filter(sid__in=chunk, seen_ms__lt=asked_ms).update(seen_ms=asked_ms)


PASSING = {"date_updated", "age", "available_capacity_percentage", "assigned_tasks"}


def steady(body: dict[str, Any]) -> dict[str, Any]:
    """Without what changes by itself."""
    return {name: value for name, value in body.items() if name not in PASSING}


def note_absence(row: Resource, asked_ms: int) -> News | None:
    """The row with one absence more; from the second on it counts as deleted."""
    if row.deleted or row.seen_ms > asked_ms:
        return None
    row.absences += 1
    row.deleted = row.absences >= ABSENCES
    return row, row.deleted
