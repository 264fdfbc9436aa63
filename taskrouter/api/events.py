"""/Events: the log, newest first."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from django.db.models import Q, QuerySet

from taskrouter import serving
from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.paging import Page, Place, listed, page_size, place_of, token
from taskrouter.api.shapes import iso
from taskrouter.api.windows import window
from taskrouter.engine import checks
from taskrouter.engine.refusal import not_found
from taskrouter.engine.state import State
from taskrouter.history import oldest
from taskrouter.models import DATABASE, LoggedEvent
from taskrouter.untold import told_from

T = TypeVar("T")
FILTERS = {
    "EventType": "type",
    "ReservationSid": "reservation_sid",
    "TaskQueueSid": "queue_sid",
    "TaskSid": "task_sid",
    "WorkerSid": "worker_sid",
    "WorkflowSid": "workflow_sid",
    "Sid": "sid",
}
PATHS = {
    "task": "Tasks",
    "worker": "Workers",
    "taskqueue": "TaskQueues",
    "workflow": "Workflows",
    "activity": "Activities",
    "taskchannel": "TaskChannels",
}


async def list_all(call: Call, ws: str) -> Answer:
    now, channel = await call.read(
        lambda state, now: (known(state, ws) and now, channel_asked(call, state, ws))
    )
    size, place = page_size(call), place_of(call)
    rows = filtered(call, ws, *window(call, now))
    if channel is not None:
        rows = rows.filter(channel=channel)
    found: list[LoggedEvent] = await ask(list, first_rows(rows, place, size + 1))
    shown = page_of(call, found, place, size)
    return listed(call, "events", shown, lambda row: shape(call, row))


async def ask(look: Callable[..., T], *args: Any) -> T:
    """On the connections that are open for it, however many ask at once."""
    return await serving.current().history.ask(look, *args)


def page_of(
    call: Call, found: list[LoggedEvent], place: Place, size: int
) -> Page[LoggedEvent]:
    """Of the rows from the place on: one more than the page holds tells of the next."""
    further = len(found) > size
    shown = found[:size]
    newer, older = place.after is not None, further
    if place.before is not None:
        shown, newer, older = shown[::-1], further, True
    if not shown:
        return Page(shown, place.number, size, None, None)
    first, last = shown[0], shown[-1]
    return Page(
        shown,
        place.number,
        size,
        token(call, "before", place.number - 1, (first.ms, first.id))
        if newer
        else None,
        token(call, "after", place.number + 1, (last.ms, last.id)) if older else None,
    )


def known(state: Any, ws: str) -> bool:
    return bool(checks.the_workspace(state, ws))


def filtered(call: Call, ws: str, start: int, end: int) -> QuerySet[LoggedEvent]:
    rows = LoggedEvent.objects.using(DATABASE).filter(
        workspace_sid=ws, ms__gte=max(start, told_from()), ms__lte=end
    )
    query = call.request.GET
    for name, field in FILTERS.items():
        if query.get(name):
            rows = rows.filter(**{field: query[name]})
    return rows


def channel_asked(call: Call, state: State, ws: str) -> str | None:
    """The unique name of the channel that is asked for by sid or name; None: any."""
    asked = call.request.GET.get("TaskChannel")
    if not asked:
        return None
    channel = state.channel_named(ws, asked)
    # One that is gone is still in the log, by its name.
    return channel.unique_name if channel else str(asked)


def first_rows(
    rows: QuerySet[LoggedEvent], place: Place, most: int
) -> QuerySet[LoggedEvent]:
    """Newest first from the place on; a page before it comes back reversed."""
    if place.after is not None:
        ms, id = place.after
        rows = rows.filter(Q(ms__lt=ms) | Q(ms=ms, id__lt=id))
    if place.before is not None:
        ms, id = place.before
        rows = rows.filter(Q(ms__gt=ms) | Q(ms=ms, id__gt=id))
        return rows.order_by("ms", "id")[:most]
    return rows.order_by("-ms", "-id")[:most]


async def fetch(call: Call, ws: str, sid: str) -> Answer:
    now = await call.read(lambda state, now: known(state, ws) and now)
    rows = LoggedEvent.objects.using(DATABASE).filter(
        workspace_sid=ws, sid=sid, ms__gte=max(oldest(now), told_from())
    )
    row = await ask(rows.first)
    if row is None:
        raise not_found("Event", sid)
    return Answer(shape(call, row))


def shape(call: Call, row: LoggedEvent) -> dict[str, Any]:
    workspace = f"{call.base}/v1/Workspaces/{row.workspace_sid}"
    return {
        "account_sid": call.account_sid,
        "actor_sid": row.actor_sid,
        "actor_type": row.actor_type,
        "actor_url": actor_url(workspace, row),
        "description": row.description,
        "event_data": msgspec.Raw(row.data.encode()),
        "event_date": iso(row.ms),
        "event_date_ms": row.ms,
        "event_type": row.type,
        "resource_sid": row.resource_sid,
        "resource_type": row.resource_type,
        "resource_url": resource_url(workspace, row),
        "sid": row.sid,
        "source": row.source,
        "source_ip_address": row.source_ip,
        "url": f"{workspace}/Events/{row.sid}",
        "workspace_sid": row.workspace_sid,
    }


def actor_url(workspace: str, row: LoggedEvent) -> str | None:
    """The account itself has no address here."""
    return {
        "workspace": workspace,
        "worker": f"{workspace}/Workers/{row.actor_sid}",
    }.get(row.actor_type)


def resource_url(workspace: str, row: LoggedEvent) -> str:
    if row.resource_type == "workspace":
        return workspace
    if row.resource_type == "reservation":
        return f"{workspace}/Tasks/{row.task_sid}/Reservations/{row.resource_sid}"
    return f"{workspace}/{PATHS[row.resource_type]}/{row.resource_sid}"


collection = endpoint(GET=list_all)
instance = endpoint(GET=fetch)
