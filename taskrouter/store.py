"""Rows to state and decisions to rows. Used by the owner alone, in its own thread."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db import connections, transaction

from taskrouter.engine.events import Event
from taskrouter.engine.lifecycle import Decision
from taskrouter.engine.records import KIND_OF, KINDS, Record, Workspace
from taskrouter.engine.state import State
from taskrouter.models import DATABASE, LoggedEvent, UntoldPast
from taskrouter.models import Record as Row
from taskrouter.outbox import Letter, load_letters, put_letters

PRUNED_AT_ONCE = 200
"Few enough that no commit waits long behind a step."

SAVE = """
INSERT INTO taskrouter_record (sid, kind, workspace_sid, body) VALUES (%s, %s, %s, %s)
ON CONFLICT (sid) DO UPDATE SET body = excluded.body
"""
FORGET = "DELETE FROM taskrouter_record WHERE sid = %s"
LOG_COLUMNS = (
    "sid",
    "workspace_sid",
    "ms",
    "type",
    "description",
    "resource_type",
    "resource_sid",
    "actor_type",
    "actor_sid",
    "source",
    "source_ip",
    "task_sid",
    "worker_sid",
    "queue_sid",
    "workflow_sid",
    "reservation_sid",
    "channel",
    "age",
    "queue_age",
    "again",
    "left_sid",
    "left_since",
    "data",
)
LOG = (
    f"INSERT INTO taskrouter_loggedevent ({', '.join(LOG_COLUMNS)})"
    f" VALUES ({', '.join(['%s'] * len(LOG_COLUMNS))})"
)


WAIT_ENDS = {"reservation.accepted", "task.canceled"}
LEFT = {
    "task-queue.moved": "previous_task_queue_sid",
    "worker.activity.update": "worker_previous_activity_sid",
    "worker.deleted": "worker_activity_sid",
}
"Where event_data says what was left."


class Damaged(Exception):
    """The rows are no state: one cannot be read, or what it names is missing."""

    def __init__(self, why: Exception) -> None:
        name = connections[DATABASE].settings_dict["NAME"]
        super().__init__(
            f"The database {name} is damaged ({type(why).__name__}: {why}); put a backup"
            " of it in its place, or move it away to begin anew."
        )


def load() -> tuple[State, int, list[Letter]]:
    """The state, the time of the last event (ms), and what is still to be sent.

    Raises Damaged.
    """
    events = LoggedEvent.objects.using(DATABASE).order_by("-id")
    last = events.values_list("ms", flat=True).first()
    try:
        return load_state(), last or 0, load_letters()
    except (msgspec.DecodeError, LookupError, ValueError) as why:
        raise Damaged(why) from why


def load_state() -> State:
    rows = Row.objects.using(DATABASE).order_by("id").values_list("kind", "body")
    return State.load_records(
        [msgspec.json.decode(body, type=KINDS[kind]) for kind, body in rows.iterator()]
    )


def save(decisions: Sequence[Decision]) -> list[Letter]:
    """Everything decided, in one transaction. Returns what is to be sent for it."""
    changes = {
        (change.kind, change.sid): change
        for decision in decisions
        for change in decision.changes
    }
    events = [event for decision in decisions for event in decision.events]
    with transaction.atomic(using=DATABASE):
        with connections[DATABASE].cursor() as cursor:
            kept = [one for one in changes.values() if one.record is not None]
            cursor.executemany(
                SAVE,
                [
                    (one.sid, one.kind, one.workspace_sid, body(one.record))
                    for one in kept
                ],
            )
            gone = [(one.sid,) for one in changes.values() if one.record is None]
            cursor.executemany(FORGET, gone)
            cursor.executemany(LOG, [row_of(event) for event in events])
        return put_letters(decisions, events)


def is_saved(decisions: Sequence[Decision]) -> bool:
    """Whether a commit that was said to fail is there: its answer may have been lost."""
    events = [event.sid for decision in decisions for event in decision.events]
    if events:
        logged = LoggedEvent.objects.using(DATABASE)
        return logged.filter(sid=events[0]).exists()
    changes = {one.sid: one for decision in decisions for one in decision.changes}
    rows = Row.objects.using(DATABASE).filter(sid__in=changes)
    found = dict(rows.values_list("sid", "body"))
    wanted = {one.sid: body(one.record) for one in changes.values() if one.record}
    return bool(changes) and found == wanted


def body(record: Record | None) -> str:
    return msgspec.json.encode(record).decode()


def row_of(event: Event) -> tuple[Any, ...]:
    data, source = event.data, event.source
    return (
        event.sid,
        event.workspace_sid,
        event.ms,
        event.type,
        event.description,
        event.resource_type,
        event.resource_sid,
        source.actor_type,
        event.actor_sid,
        source.source,
        source.ip,
        event.task_sid,
        event.worker_sid,
        data.get("task_queue_sid", ""),
        data.get("workflow_sid", ""),
        data.get("reservation_sid", ""),
        data.get("task_channel_unique_name", ""),
        int(data["task_age"]) if event.type in WAIT_ENDS else None,
        event.measured.queue_age,
        event.measured.again,
        data.get(LEFT.get(event.type, ""), ""),
        event.measured.since,
        json.dumps(data, separators=(",", ":")),
    )


def prune(before: int) -> int:
    """Deletes the oldest events, if they happened before (ms); how many.

    The order of ids is the order of time, so that the step reads what it deletes.
    """
    rows = LoggedEvent.objects.using(DATABASE)
    first = rows.order_by("id").values_list("id", "ms")[:PRUNED_AT_ONCE]
    old = [id for id, ms in first if ms < before]
    if not old:
        return 0
    # Both ends: PostgreSQL takes what lies below for much, and reads the whole table.
    return rows.filter(id__gte=old[0], id__lte=old[-1]).delete()[0]


def import_past(state: State, events: Iterable[Event], left: str | None = None) -> None:
    """A past at once, into an empty database. `left` names what is written later."""
    records = [one for table in state.tables.values() for one in table.values()]
    with transaction.atomic(using=DATABASE), connections[DATABASE].cursor() as cursor:
        cursor.executemany(
            SAVE,
            [
                (
                    one.sid,
                    KIND_OF[type(one)],
                    one.sid if isinstance(one, Workspace) else one.workspace_sid,
                    body(one),
                )
                for one in records
            ],
        )
        cursor.executemany(LOG, [row_of(event) for event in events])
        if left is not None:
            UntoldPast.objects.using(DATABASE).create(body=left)
