"""What changed: activities, configuration and commands of the last hour, one line each."""

import json
from collections.abc import Callable, Iterable

from statsync.live.shapes import ChangeRow
from statsync.live.table import Draft
from statsync.models import Command
from statsync.records import EventRecord

KEPT_MS = 3_600_000


def moved(event: EventRecord) -> str:
    data = event.data
    return (
        f"{data.worker_name}: {data.worker_previous_activity_name}"
        f" → {data.worker_activity_name}"
    )


def said(event: EventRecord) -> str:
    return str(json.loads(event.raw).get("description") or event.type)


TOLD: dict[str, Callable[[EventRecord], str]] = {
    "worker.activity.update": moved,
    "worker.created": said,
    "worker.deleted": said,
    "worker.attributes.update": said,
    "worker.capacity.update": said,
    "worker.channel.availability.update": said,
    "activity.created": said,
    "activity.updated": said,
    "activity.deleted": said,
    "task-queue.created": said,
    "task-queue.deleted": said,
    "task-queue.expression.updated": said,
    "workflow.created": said,
    "workflow.updated": said,
    "workflow.deleted": said,
}


def change_rows(events: Iterable[EventRecord], now: int) -> dict[str, Draft]:
    """By event sid; each goes by itself an hour after it happened."""
    return {
        event.sid: draft(event.ms, TOLD[event.type](event), "")
        for event in events
        if event.type in TOLD and event.ms > now - KEPT_MS
    }


ASKED = {
    "worker.create": "create the worker",
    "worker.update": "change the worker",
    "worker.delete": "delete the worker",
    "worker_channel.update": "change the capacity",
    "activity.create": "create the activity",
    "activity.update": "rename the activity",
    "activity.delete": "delete the activity",
    "workspace.update": "report every event",
}
ENDED = {
    "sent": "",
    "done": ": done",
    "refused": ": refused",
    "unknown": ": no answer came",
}


def command_row(command: Command) -> dict[str, Draft]:
    at = command.done_ms or command.asked_ms
    by = command.person.get_username() if command.person else "Signalbox"
    asked = ASKED.get(command.kind, command.kind)
    text = f"{command.subject_name}, asked to {asked}{ENDED[command.state]}"
    return {f"command:{command.pk}": draft(at, text.removeprefix(", "), by)}


def draft(at: int, text: str, by: str) -> Draft:
    row: ChangeRow = {"at": at, "text": text, "by": by}
    return Draft(dict(row), at + KEPT_MS)
