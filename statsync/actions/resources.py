"""Full lists of TaskRouter's resources into the mirror."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from statsync import live, models
from statsync.actions import lock, memberships
from statsync.actions.definitions import AT_FIRST, guess_kinds
from statsync.live.touched import Touched
from statsync.models import Resource, Workspace

ABSENCES = 2
"So many full lists without it mark a resource deleted."
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
        changed = {
            item["sid"]
            for item in items
            if store(
                workspace, kind, item, known.get(item["sid"]), asked_ms, parent_sid
            )
        }
        if complete:
            seen = {item["sid"] for item in items}
            missing = [row for sid, row in known.items() if sid not in seen]
            changed |= {row.sid for row in missing if note_absence(row, asked_ms)}
        if first:
            memberships.refold_all(workspace)
        if kind == "activity":
            guess_kinds(workspace, [activity(item) for item in items])
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


def store(
    workspace: Workspace,
    kind: str,
    item: dict[str, Any],
    row: Resource | None,
    asked_ms: int,
    parent_sid: str,
) -> bool:
    """Whether anything about it is news."""
    if row is not None and row.seen_ms > asked_ms:
        return False
    row = row or Resource(
        workspace=workspace, kind=kind, sid=item["sid"], body="{}", deleted=True
    )
    before, was_deleted = json.loads(row.body), row.deleted
    # Beside what the API gives, events told us milliseconds that it does not.
    body = {**before, **item}
    row.body, row.name = json.dumps(body), str(item.get("friendly_name") or "")[:64]
    row.parent_sid, row.seen_ms = parent_sid, asked_ms
    row.absences, row.deleted = 0, False
    row.save()
    return was_deleted or steady(before) != steady(body)


PASSING = {"date_updated", "age", "available_capacity_percentage", "assigned_tasks"}


def steady(body: dict[str, Any]) -> dict[str, Any]:
    """Without what changes by itself."""
    return {name: value for name, value in body.items() if name not in PASSING}


def note_absence(row: models.Resource, asked_ms: int) -> bool:
    """Whether it counts as deleted from now on."""
    if row.deleted or row.seen_ms > asked_ms:
        return False
    row.absences += 1
    row.deleted = row.absences >= ABSENCES
    row.save()
    return row.deleted
