"""Real-time, cumulative and combined statistics of everything that has them."""

import json
from collections.abc import Sequence
from typing import Any

from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.events import DATABASE
from taskrouter.api.paging import listed, page
from taskrouter.api.shapes import iso
from taskrouter.api.windows import window
from taskrouter.engine import checks, statistics
from taskrouter.engine.commands import Source
from taskrouter.engine.events import Event
from taskrouter.engine.records import TaskQueue, Worker, Workspace
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State
from taskrouter.models import LoggedEvent

MOST_IN_BULK = 50
MOST_THRESHOLDS = 20
Body = dict[str, Any]
SUBJECTS = {"workspace": "workspace", "queue": "task_queue", "workflow": "workflow"}


def head(call: Call, ws: str, **own: str) -> Body:
    url = f"{call.base}{call.request.path}"
    return {"account_sid": call.account_sid, "workspace_sid": ws, **own, "url": url}


def channel_sid(call: Call, state: State, ws: str) -> str | None:
    name = call.request.GET.get("TaskChannel")
    if not name:
        return None
    channel = state.channel_named(ws, name)
    if channel is None:
        raise Refused(f"TaskChannel: there is no TaskChannel {name!r}.")
    return channel.sid


def thresholds(call: Call) -> list[int] | None:
    given = call.request.GET.get("SplitByWaitTime")
    if not given:
        return None
    words = [word.strip() for word in given.split(",")]
    if not all(word.isdigit() for word in words) or len(words) > MOST_THRESHOLDS:
        raise Refused("SplitByWaitTime: whole seconds with commas between, as 5,30.")
    return [int(word) for word in words]


def realtime(
    call: Call, state: State, now: int, subject: str, ws: str, sid: str
) -> Body:
    channel = channel_sid(call, state, ws)
    if subject == "workspace":
        return statistics.realtime_workspace(state, ws, channel, now)
    if subject == "workflow":
        return statistics.realtime_workflow(state, sid, channel, now)
    return statistics.realtime_queues(state, ws, [sid], channel, now)[sid]


async def events_of(call: Call, ws: str, start: int, end: int) -> list[Event]:
    rows = LoggedEvent.objects.using(DATABASE).filter(
        workspace_sid=ws, ms__gte=start, ms__lt=end
    )
    workspace, name = await call.read(
        lambda state, now: (state.workspaces[ws], channel_name(call, state, ws))
    )
    if name is not None:
        rows = rows.filter(channel=name)
    return [event_of(row, workspace) async for row in rows.order_by("ms", "id")]


def channel_name(call: Call, state: State, ws: str) -> str | None:
    sid = channel_sid(call, state, ws)
    return state.task_channels[sid].unique_name if sid else None


def event_of(row: LoggedEvent, workspace: Workspace) -> Event:
    return Event(
        row.sid,
        workspace,
        row.ms,
        row.type,
        row.description,
        row.resource_type,
        row.resource_sid,
        Source(row.actor_type, row.actor_sid, row.source, row.source_ip),
        json.loads(row.data),
    )


async def begin(call: Call, subject: str, ws: str, sid: str) -> int:
    """The present, once the subject is known to be there."""

    def look(state: State, now: int) -> int:
        checks.the_workspace(state, ws)
        if subject != "workspace":
            checks.the_one(state, SUBJECTS[subject], ws, sid)
        return now

    return await call.read(look)


def own(subject: str, sid: str) -> dict[str, str]:
    return {} if subject == "workspace" else {f"{SUBJECTS[subject]}_sid": sid}


async def show_realtime(call: Call, ws: str, subject: str, sid: str = "") -> Answer:
    await begin(call, subject, ws, sid)
    figures = await call.read(
        lambda state, now: realtime(call, state, now, subject, ws, sid)
    )
    return Answer({**head(call, ws, **own(subject, sid)), **figures})


async def show_cumulative(call: Call, ws: str, subject: str, sid: str = "") -> Answer:
    figures = await cumulative(call, ws, subject, sid)
    return Answer({**head(call, ws, **own(subject, sid)), **figures})


async def cumulative(call: Call, ws: str, subject: str, sid: str) -> Body:
    now = await begin(call, subject, ws, sid)
    limits, (start, end) = thresholds(call), window(call, now)
    events = await events_of(call, ws, start, end)
    return {**times(start, end), **statistics.cumulative(subject, sid, events, limits)}


def times(start: int, end: int) -> Body:
    return {"start_time": iso(start), "end_time": iso(end)}


async def show_both(call: Call, ws: str, subject: str, sid: str = "") -> Answer:
    past = await cumulative(call, ws, subject, sid)
    present = await call.read(
        lambda state, now: realtime(call, state, now, subject, ws, sid)
    )
    heading = head(call, ws, **own(subject, sid))
    return Answer({**heading, "cumulative": past, "realtime": present})


async def show_queues(call: Call, ws: str) -> Answer:
    """The paged list: each queue's cumulative and real-time figures from one pass."""
    now = await begin(call, "workspace", ws, "")
    limits, (start, end) = thresholds(call), window(call, now)
    events = await events_of(call, ws, start, end)
    name = call.request.GET.get("FriendlyName")

    def look(state: State, now: int) -> Answer:
        queues: list[TaskQueue] = [
            one
            for one in state.inside(ws, "task_queue")
            if not name or one.friendly_name == name
        ]
        shown = page(call, queues, lambda one: (one.date_created, one.sid))
        present = statistics.realtime_queues(
            state,
            ws,
            [one.sid for one in shown.rows],
            channel_sid(call, state, ws),
            now,
        )

        def row(queue: TaskQueue) -> Body:
            past = statistics.cumulative("queue", queue.sid, events, limits)
            return {
                "account_sid": call.account_sid,
                "workspace_sid": ws,
                "task_queue_sid": queue.sid,
                "cumulative": {**times(start, end), **past},
                "realtime": present[queue.sid],
            }

        return listed(call, "task_queues_statistics", shown, row)

    return await call.read(look)


async def show_bulk(call: Call, ws: str) -> Answer:
    sids = bulk_sids(call)
    await begin(call, "workspace", ws, "")
    figures = await call.read(
        lambda state, now: statistics.realtime_queues(state, ws, sids, None, now)
    )
    rows = [
        {
            "task_queue_sid": sid,
            **{k: v for k, v in row.items() if not k.startswith("longest_relative")},
        }
        for sid, row in figures.items()
    ]
    body = {"task_queue_data": rows, "task_queue_response_count": len(rows)}
    return Answer({**head(call, ws), **body})


def bulk_sids(call: Call) -> list[str]:
    try:
        body = json.loads(call.request.body)
    except ValueError as error:
        raise Refused(f"The body is not valid JSON: {error}.") from None
    members = {k.lower(): v for k, v in body.items()} if isinstance(body, dict) else {}
    sids = members.get("queuesids")
    if not isinstance(sids, list) or not 1 <= len(sids) <= MOST_IN_BULK:
        raise Refused(f"queueSids: a list of 1 to {MOST_IN_BULK} sids is required.")
    if not all(isinstance(sid, str) and sid.startswith("WQ") for sid in sids):
        raise Refused("queueSids: each must be the sid of a TaskQueue.")
    return sids


async def worker_figures(call: Call, ws: str, worker: str = "") -> Body:
    """Cumulative figures of one worker, or of those the query chooses."""
    now = await begin(call, "workspace", ws, "")
    start, end = window(call, now)
    events = await events_of(call, ws, start, end)
    workspace = await call.read(lambda state, now: state.workspaces[ws])
    moves = [
        event_of(row, workspace)
        async for row in LoggedEvent.objects.using(DATABASE).filter(
            workspace_sid=ws, type="worker.activity.update", ms__gte=start
        )
    ]

    def look(state: State, now: int) -> Body:
        workers = chosen_workers(call, state, ws, worker)
        return statistics.cumulative_workers(
            state, ws, workers, events, moves, (start, end), now
        )

    return {**times(start, end), **await call.read(look)}


def chosen_workers(call: Call, state: State, ws: str, worker: str) -> Sequence[Worker]:
    if worker:
        return [checks.the_one(state, "worker", ws, worker)]
    query = call.request.GET
    workers: list[Worker] = list(state.inside(ws, "worker"))
    queue = query.get("TaskQueueSid")
    if not queue and query.get("TaskQueueName"):
        queues = state.inside(ws, "task_queue")
        names = {one.friendly_name: one.sid for one in queues}
        queue = names.get(query["TaskQueueName"], "-")
    if queue:
        workers = [one for one in workers if queue in state.members.queues_of[one.sid]]
    name = query.get("FriendlyName")
    return [one for one in workers if not name or one.friendly_name == name]


async def show_workers_realtime(call: Call, ws: str) -> Answer:
    await begin(call, "workspace", ws, "")
    figures = await call.read(lambda state, now: statistics.realtime_workers(state, ws))
    return Answer({**head(call, ws), **figures})


async def show_workers_cumulative(call: Call, ws: str) -> Answer:
    return Answer({**head(call, ws), **await worker_figures(call, ws)})


async def show_workers(call: Call, ws: str) -> Answer:
    past = await worker_figures(call, ws)
    present = await call.read(lambda state, now: statistics.realtime_workers(state, ws))
    return Answer({**head(call, ws), "cumulative": past, "realtime": present})


async def show_worker(call: Call, ws: str, sid: str) -> Answer:
    past = await worker_figures(call, ws, sid)
    return Answer({**head(call, ws, worker_sid=sid), "cumulative": past})


realtime_view = endpoint(GET=show_realtime)
cumulative_view = endpoint(GET=show_cumulative)
combined_view = endpoint(GET=show_both)
queues_view = endpoint(GET=show_queues)
bulk_view = endpoint(POST=show_bulk)
workers_realtime_view = endpoint(GET=show_workers_realtime)
workers_cumulative_view = endpoint(GET=show_workers_cumulative)
workers_view = endpoint(GET=show_workers)
worker_view = endpoint(GET=show_worker)
