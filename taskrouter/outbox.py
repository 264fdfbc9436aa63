"""Letters: whom a decision is to be told to, written with it and gone when it is told."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from taskrouter.engine.events import Event
from taskrouter.engine.lifecycle import Decision
from taskrouter.models import DATABASE, Outbox

MOST_IDS = 1_000


@dataclass(frozen=True, slots=True)
class Letter:
    """One row of the outbox."""

    id: int
    kind: str
    subject_sid: str
    body: dict[str, Any]


def load_letters() -> list[Letter]:
    return [
        Letter(row.id, row.kind, row.subject_sid, json.loads(row.body))
        for row in Outbox.objects.using(DATABASE).order_by("id")
    ]


def put_letters(decisions: Iterable[Decision], events: Iterable[Event]) -> list[Letter]:
    wanted = [
        ("event", event.sid, {"url": url, "form": callback_form(event)})
        for event in events
        if (url := event.workspace.event_callback_url)
        and passes(event.workspace.events_filter, event.type)
    ]
    wanted += [
        ("assignment", one.reservation_sid, asdict(one))
        for decision in decisions
        for one in decision.assignments
    ]
    rows = [
        Outbox(kind=kind, subject_sid=sid, body=json.dumps(body))
        for kind, sid, body in wanted
    ]
    Outbox.objects.using(DATABASE).bulk_create(rows)
    return [
        Letter(row.pk, kind, sid, body)
        for row, (kind, sid, body) in zip(rows, wanted, strict=True)
    ]


def passes(events_filter: str | None, type: str) -> bool:
    """No filter lets everything through."""
    wanted = [word.strip() for word in (events_filter or "").split(",") if word.strip()]
    return not wanted or type in wanted


def callback_form(event: Event) -> dict[str, str]:
    """The form TaskRouter posts: PascalCase names, times in seconds and milliseconds."""
    return {
        "AccountSid": event.workspace.account_sid,
        "EventType": event.type,
        "EventDescription": event.description,
        "ResourceType": event.resource_type,
        "ResourceSid": event.resource_sid,
        "Timestamp": str(event.ms // 1000),
        "TimestampMs": str(event.ms),
        "Sid": event.sid,
        "OperatingUnitSid": f"OU{event.workspace_sid[2:]}",
        **{pascal(name): value for name, value in event.data.items()},
    }


def pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def delivered(ids: Sequence[int]) -> None:
    """Lets them go, and as many at once as one statement may name."""
    for at in range(0, len(ids), MOST_IDS):
        some = ids[at : at + MOST_IDS]
        Outbox.objects.using(DATABASE).filter(id__in=some).delete()
