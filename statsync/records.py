"""TaskRouter's JSON as frozen records. Each keeps the exact text it was read from.

A page is parsed once: its events are cut out of the bytes, not written again.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

Text = str | None


# Every type the events feed knows, by resource.
EVENT_TYPES = tuple(
    f"{noun}.{verb}"
    for noun, verbs in {
        "workspace": "created updated deleted",
        "activity": "created updated deleted",
        "task-channel": "created updated deleted",
        "task-queue": "created deleted entered moved timeout expression.updated",
        "workflow": "created updated deleted entered target-matched timeout skipped",
        "task": "created updated canceled wrapup completed deleted system-deleted"
        " transfer-initiated transfer-attempt-failed transfer-failed"
        " transfer-canceled transfer-completed",
        "reservation": "created accepted rejected timeout canceled rescinded wrapup"
        " completed failed",
        "worker": "created activity.update attributes.update capacity.update"
        " channel.availability.update deleted",
    }.items()
    for verb in verbs.split()
)


class Data(msgspec.Struct, frozen=True):
    """The members of event_data that folding needs; the rest stays in the raw text."""

    task_sid: Text = ""
    task_attributes: Text = ""
    task_priority: Text = ""
    task_version: Text = ""
    task_date_created: Text = ""
    task_channel_unique_name: Text = ""
    task_queue_sid: Text = ""
    task_queue_name: Text = ""
    task_queue_target_expression: Text = ""
    previous_task_queue_sid: Text = ""
    workflow_sid: Text = ""
    task_canceled_reason: Text = ""
    task_completed_reason: Text = ""
    reason: Text = ""
    reservation_sid: Text = ""
    reservation_version: Text = ""
    worker_sid: Text = ""
    worker_name: Text = ""
    worker_attributes: Text = ""
    worker_activity_sid: Text = ""
    worker_activity_name: Text = ""
    worker_previous_activity_name: Text = ""
    worker_version: Text = ""
    worker_channel_available: Text = ""
    worker_channel_available_capacity: Text = ""


class Body(msgspec.Struct, frozen=True):
    """One event as the Events API gives it."""

    sid: str
    event_type: str
    event_date_ms: int
    event_data: Data
    resource_sid: Text = ""


class EventRecord(msgspec.Struct, frozen=True):
    sid: str
    ms: int
    type: str
    task_sid: str
    worker_sid: str
    data: Data
    raw: str

    @property
    def resource_version(self) -> int:
        """The version of the task or worker it tells of; 0 where it has none."""
        given = self.data.task_version or self.data.worker_version or ""
        return whole(given) or 0


LONGEST_NUMBER = 18
"Digits: what fits in 64 bits."


def whole(text: str) -> int | None:
    """A whole number of plain digits; None for anything else."""
    plain = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if plain else None


class Unreadable(msgspec.Struct, frozen=True):
    """An event that lacks what every event must have: its text, and what is wrong."""

    raw: str
    why: str


class Page(msgspec.Struct, frozen=True):
    events: list[EventRecord]
    unreadable: list[Unreadable]


class _Page(msgspec.Struct):
    events: list[msgspec.Raw]


_page = msgspec.json.Decoder(_Page)
_body = msgspec.json.Decoder(Body)


class Garbled(ValueError):
    """Bytes that are no page of events."""


def parse_page(raw: bytes) -> Page:
    """Raises Garbled when the bytes are no page at all."""
    try:
        rows = _page.decode(raw).events
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return page_of(rows_one_by_one(raw, error))
    return page_of(rows)


def rows_one_by_one(raw: bytes, error: Exception) -> list[bytes]:
    """Of a page that cannot be cut into events as it is: one holds half a character,
    say. Each is written anew, so that the bad one is bad alone. Raises Garbled."""
    try:
        rows = json.loads(raw)["events"]
        return [json.dumps(row).encode() for row in rows]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Garbled(f"not a page of events: {error}") from None


def page_of(rows: Iterable[bytes | msgspec.Raw]) -> Page:
    """Events from their JSON texts."""
    events, unreadable = [], []
    for row in rows:
        try:
            events.append(parse(str(row, "utf-8")))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            text = str(row, "utf-8", "replace")
            unreadable.append(Unreadable(text, str(error)))
    return Page(events, unreadable)


def parse(raw: str) -> EventRecord:
    """One event from its JSON text. Raises msgspec.DecodeError."""
    body = _body.decode(raw)
    data = body.event_data
    return EventRecord(
        body.sid,
        body.event_date_ms,
        body.event_type,
        data.task_sid or "",
        data.worker_sid or "",
        data,
        raw,
    )


# What a callback says of the event itself; everything else is event_data.
HEAD = {
    "AccountSid": "account_sid",
    "EventType": "event_type",
    "EventDescription": "description",
    "ResourceType": "resource_type",
    "ResourceSid": "resource_sid",
    "Sid": "sid",
}
NOT_DATA = {*HEAD, "Timestamp", "TimestampMs", "OperatingUnitSid"}


def from_callback(form: Mapping[str, str]) -> EventRecord:
    """The same event as the Events API will give it. Raises KeyError, ValueError."""
    body: dict[str, Any] = {name: form.get(key, "") for key, name in HEAD.items()}
    body["sid"], body["event_type"] = form["Sid"], form["EventType"]
    body["event_date_ms"] = int(form["TimestampMs"])
    body["workspace_sid"] = form["WorkspaceSid"]
    body["event_data"] = {
        snake(name): value for name, value in form.items() if name not in NOT_DATA
    }
    return parse(json.dumps(body))


def snake(name: str) -> str:
    """TaskQueueSid -> task_queue_sid."""
    letters = [f"_{one.lower()}" if one.isupper() else one for one in name]
    return "".join(letters).removeprefix("_")
