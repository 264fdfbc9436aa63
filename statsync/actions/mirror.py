"""The mirror follows events at once; full lists come every minute (resources.py)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from statsync.actions.definitions import guess_kinds
from statsync.models import Resource, Workspace
from statsync.records import EventRecord
from statsync.timelines.order import in_order

Fields = dict[str, Any]
KIND_OF = {
    "worker": "worker",
    "activity": "activity",
    "task-queue": "task_queue",
    "workflow": "workflow",
    "task-channel": "task_channel",
}
CAPACITY_CHANGES = ("capacity.update", "channel.availability.update")
OF_TASKS = ("entered", "moved", "timeout", "skipped", "target-matched")
"Named after a queue or a workflow, but about a task."
CONFIG = {"activity", "task_queue", "workflow", "task_channel"}


@dataclass
class Told:
    """What a batch of events says of one resource, the latest word of each field."""

    ms: int = 0
    what: str = ""
    fields: Fields = field(default_factory=dict)


@dataclass
class Applied:
    """Whose rows on the boards may look different now."""

    workers: set[str] = field(default_factory=set)
    config: bool = False
    "Queues, activities, workflows or channels changed."


def apply(workspace: Workspace, events: Sequence[EventRecord]) -> Applied:
    """Takes over what events tell of resources."""
    told: dict[tuple[str, str], Told] = {}
    capacities: dict[tuple[str, str], EventRecord] = {}
    for event in in_order(one for one in events if is_of_resource(one.type)):
        family, _, what = event.type.partition(".")
        if what in CAPACITY_CHANGES:
            channel = event.data.task_channel_unique_name or ""
            capacities[event.worker_sid, channel] = event
        else:
            note(told, KIND_OF[family], what, event)
    applied = apply_told(workspace, told)
    applied.workers |= apply_capacities(workspace, capacities)
    return applied


def is_of_resource(type: str) -> bool:
    family, _, what = type.partition(".")
    return family in KIND_OF and what not in OF_TASKS


def note(
    told: dict[tuple[str, str], Told], kind: str, what: str, event: EventRecord
) -> None:
    fields = FIELDS[kind](event)
    sid = fields["sid"]
    if sid:
        one = told.setdefault((kind, sid), Told())
        one.ms, one.what = event.ms, what
        one.fields |= fields


def apply_told(workspace: Workspace, told: dict[tuple[str, str], Told]) -> Applied:
    # Their kinds too, or every resource is looked at: the index begins with the kind.
    kinds, sids = {kind for kind, _ in told}, [sid for _, sid in told]
    rows = Resource.objects.filter(workspace=workspace, kind__in=kinds, sid__in=sids)
    known = {(row.kind, row.sid): row for row in rows}
    made: list[Resource] = []
    for (kind, sid), one in told.items():
        row = known.get((kind, sid)) or Resource(
            workspace=workspace, kind=kind, sid=sid, body="{}", seen_ms=0
        )
        # A list seen later knows better.
        if row.seen_ms <= one.ms:
            take_over(row, one)
            made.append(row)
    write(made)
    if activities := [told_kind(row) for row in made if row.kind == "activity"]:
        guess_kinds(workspace, activities)
    return Applied(
        {row.sid for row in made if row.kind == "worker"},
        any(row.kind in CONFIG for row in made),
    )


UPDATE = """
UPDATE statsync_resource
SET body = %s, name = %s, seen_ms = %s, absences = %s, deleted = %s WHERE id = %s
"""


def write(rows: Sequence[Resource]) -> None:
    Resource.objects.bulk_create([row for row in rows if row.pk is None])
    known = [
        (row.body, row.name, row.seen_ms, row.absences, row.deleted, row.pk)
        for row in rows
        if row.pk is not None
    ]
    with connection.cursor() as cursor:
        cursor.executemany(UPDATE, known)


def told_kind(row: Resource) -> tuple[str, str, bool]:
    """An activity's sid, name, and whether it takes tasks."""
    return row.sid, row.name, bool(json.loads(row.body).get("available"))


def take_over(row: Resource, one: Told) -> None:
    row.body = json.dumps({**json.loads(row.body), **one.fields})
    row.name = str(one.fields.get("friendly_name") or row.name)[:64]
    row.seen_ms, row.absences, row.deleted = one.ms, 0, one.what == "deleted"


def worker(event: EventRecord) -> Fields:
    data = event.data
    fields: Fields = {
        "sid": event.worker_sid,
        "friendly_name": data.worker_name,
        "attributes": data.worker_attributes,
        "activity_sid": data.worker_activity_sid,
        "activity_name": data.worker_activity_name,
    }
    if event.type in ("worker.created", "worker.activity.update"):
        fields["status_changed_ms"] = event.ms
    return fields


def raw_data(event: EventRecord) -> Fields:
    data: Fields = json.loads(event.raw)["event_data"]
    return data


def activity(event: EventRecord) -> Fields:
    data = raw_data(event)
    return {
        "sid": data.get("activity_sid") or event_subject(event),
        "friendly_name": data.get("activity_name"),
        "available": data.get("activity_available") == "true",
    }


def task_queue(event: EventRecord) -> Fields:
    return {
        "sid": event.data.task_queue_sid or event_subject(event),
        "friendly_name": event.data.task_queue_name,
        "target_workers": event.data.task_queue_target_expression,
    }


def workflow(event: EventRecord) -> Fields:
    data = raw_data(event)
    return {
        "sid": data.get("workflow_sid") or event_subject(event),
        "friendly_name": data.get("workflow_name"),
    }


def task_channel(event: EventRecord) -> Fields:
    data = raw_data(event)
    return {
        "sid": data.get("task_channel_sid") or event_subject(event),
        "friendly_name": data.get("task_channel_name"),
        "unique_name": data.get("task_channel_unique_name"),
    }


def event_subject(event: EventRecord) -> str:
    return str(json.loads(event.raw).get("resource_sid") or "")


FIELDS: dict[str, Callable[[EventRecord], Fields]] = {
    "worker": worker,
    "activity": activity,
    "task_queue": task_queue,
    "workflow": workflow,
    "task_channel": task_channel,
}


def apply_capacities(
    workspace: Workspace, told: Mapping[tuple[str, str], EventRecord]
) -> set[str]:
    """`told`: the last event of each worker and channel. Whose capacity it changed.

    Events name the channel but not the WorkerChannel, which a list has told before.
    """
    if not told:
        return set()
    rows = Resource.objects.filter(
        workspace=workspace,
        kind="worker_channel",
        parent_sid__in={worker for worker, _channel in told},
    )
    changed = []
    for row in rows:
        body = json.loads(row.body)
        event = told.get((row.parent_sid, body.get("task_channel_unique_name") or ""))
        if event is not None and row.seen_ms <= event.ms:
            row.body = json.dumps({**body, **capacity(event)})
            row.seen_ms = event.ms
            changed.append(row)
    write(changed)
    return {row.parent_sid for row in changed}


def capacity(event: EventRecord) -> Fields:
    data = event.data
    return {
        "configured_capacity": int(data.worker_channel_available_capacity or 0),
        "available": (data.worker_channel_available or "true").lower() == "true",
    }
