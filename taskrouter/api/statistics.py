"""Real-time, cumulative and combined statistics of workspaces, queues and workflows."""

import json
import re
from typing import Any

from taskrouter import history, serving
from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.paging import listed, page
from taskrouter.api.resource import by_creation
from taskrouter.api.shapes import iso
from taskrouter.api.windows import window
from taskrouter.engine import checks, statistics
from taskrouter.engine.records import TaskQueue
from taskrouter.engine.refusal import Refused, not_found
from taskrouter.engine.state import State

MOST_IN_BULK = 50
MOST_THRESHOLDS = 20
THRESHOLD = re.compile(r"[0-9]{1,9}\Z")
QUEUE_SID = re.compile(r"WQ[0-9a-fA-F]{32}\Z")
Body = dict[str, Any]
SUBJECTS = {"workspace": "workspace", "queue": "task_queue", "workflow": "workflow"}


def head(call: Call, ws: str, **own: str) -> Body:
    url = f"{call.base}{call.request.path}"
    return {"account_sid": call.account_sid, "workspace_sid": ws, **own, "url": url}


def own(subject: str, sid: str) -> dict[str, str]:
    return {} if subject == "workspace" else {f"{SUBJECTS[subject]}_sid": sid}


def times(asked: history.Window) -> Body:
    return {"start_time": iso(asked.start), "end_time": iso(asked.end)}


def known(state: State, ws: str, subject: str, sid: str) -> None:
    checks.the_workspace(state, ws)
    if subject != "workspace":
        checks.the_one(state, SUBJECTS[subject], ws, sid)


def channel_of(call: Call, state: State, ws: str) -> tuple[str | None, str | None]:
    """Sid and unique name of the TaskChannel asked for; None twice: of all."""
    name = call.request.GET.get("TaskChannel")
    if not name:
        return None, None
    channel = state.channel_named(ws, name)
    if channel is None:
        raise not_found("TaskChannel", name)
    return channel.sid, channel.unique_name


def asked_of(call: Call, state: State, now: int, ws: str) -> history.Window:
    _, channel = channel_of(call, state, ws)
    return history.Window(ws, *window(call, now), channel)


def thresholds(call: Call) -> list[int] | None:
    given = call.request.GET.get("SplitByWaitTime")
    if not given:
        return None
    words = [word.strip() for word in given.split(",")]
    if not all(map(THRESHOLD.match, words)) or len(words) > MOST_THRESHOLDS:
        raise Refused(
            f"SplitByWaitTime: at most {MOST_THRESHOLDS} whole numbers of seconds with"
            " commas between, as 5,30."
        )
    return [int(word) for word in words]


def realtime(
    call: Call, state: State, now: int, subject: str, ws: str, sid: str
) -> Body:
    channel, _ = channel_of(call, state, ws)
    if subject == "workspace":
        return statistics.workspace_now(state, ws, channel, now)
    if subject == "workflow":
        return statistics.workflow_now(state, sid, channel, now)
    return statistics.queue_now(state, ws, sid, channel, now)


async def past(
    asked: history.Window, subject: str, sids: list[str], limits: list[int] | None
) -> dict[str, Body]:
    """The cumulative figures of each of them."""
    found = await serving.current().history.ask(
        history.counts, asked, subject, sids, limits is not None
    )
    return {
        sid: {**times(asked), **statistics.cumulative(subject, found[sid], limits)}
        for sid in sids
    }


async def show_realtime(call: Call, ws: str, subject: str, sid: str = "") -> Answer:
    def look(state: State, now: int) -> Body:
        known(state, ws, subject, sid)
        return realtime(call, state, now, subject, ws, sid)

    return Answer({**head(call, ws, **own(subject, sid)), **await call.read(look)})


async def show_cumulative(call: Call, ws: str, subject: str, sid: str = "") -> Answer:
    def look(state: State, now: int) -> history.Window:
        known(state, ws, subject, sid)
        return asked_of(call, state, now, ws)

    asked, limits = await call.read(look), thresholds(call)
    figures = (await past(asked, subject, [sid or ws], limits))[sid or ws]
    return Answer({**head(call, ws, **own(subject, sid)), **figures})


async def show_both(call: Call, ws: str, subject: str, sid: str = "") -> Answer:
    def look(state: State, now: int) -> tuple[history.Window, Body]:
        known(state, ws, subject, sid)
        present = realtime(call, state, now, subject, ws, sid)
        return asked_of(call, state, now, ws), present

    (asked, present), limits = await call.read(look), thresholds(call)
    figures = (await past(asked, subject, [sid or ws], limits))[sid or ws]
    heading = head(call, ws, **own(subject, sid))
    return Answer({**heading, "cumulative": figures, "realtime": present})


async def show_queues(call: Call, ws: str) -> Answer:
    """The paged list: every queue's figures from a few statements for the whole page."""
    name = call.request.GET.get("FriendlyName")

    def look(state: State, now: int) -> Any:
        checks.the_workspace(state, ws)
        queues: list[TaskQueue] = [
            one
            for one in state.inside(ws, "task_queue")
            if not name or one.friendly_name == name
        ]
        shown = page(call, queues, by_creation(call))
        present = {
            one.sid: realtime(call, state, now, "queue", ws, one.sid)
            for one in shown.rows
        }
        return asked_of(call, state, now, ws), shown, present

    (asked, shown, present), limits = await call.read(look), thresholds(call)
    figures = await past(asked, "queue", list(present), limits)

    def row(queue: TaskQueue) -> Body:
        return {
            "account_sid": call.account_sid,
            "workspace_sid": ws,
            "task_queue_sid": queue.sid,
            "cumulative": figures[queue.sid],
            "realtime": present[queue.sid],
        }

    return listed(call, "task_queues_statistics", shown, row)


async def show_bulk(call: Call, ws: str) -> Answer:
    """One row for each sid, in the order asked; zeros for a queue we do not know."""
    sids = bulk_sids(call)

    def look(state: State, now: int) -> list[Body]:
        checks.the_workspace(state, ws)
        return [bulk_row(state, ws, sid, now) for sid in sids]

    rows = await call.read(look)
    body = {"task_queue_data": rows, "task_queue_response_count": len(rows)}
    return Answer({**head(call, ws), **body})


def bulk_row(state: State, ws: str, sid: str, now: int) -> Body:
    figures = statistics.queue_now(state, ws, sid, None, now)
    shown = {k: v for k, v in figures.items() if not k.startswith("longest_relative")}
    return {"task_queue_sid": sid, **shown}


def bulk_sids(call: Call) -> list[str]:
    try:
        body = json.loads(call.request.body)
    except (ValueError, RecursionError) as error:
        raise Refused(f"The body is not valid JSON: {error}.") from None
    members = {k.lower(): v for k, v in body.items()} if isinstance(body, dict) else {}
    sids = members.get("queuesids")
    if not isinstance(sids, list) or not 1 <= len(sids) <= MOST_IN_BULK:
        raise Refused(f"queueSids: a list of 1 to {MOST_IN_BULK} sids is required.")
    if not all(isinstance(sid, str) and QUEUE_SID.match(sid) for sid in sids):
        raise Refused("queueSids: each must be the sid of a TaskQueue.")
    return sids


realtime_view = endpoint(GET=show_realtime)
cumulative_view = endpoint(GET=show_cumulative)
combined_view = endpoint(GET=show_both)
queues_view = endpoint(GET=show_queues)
bulk_view = endpoint(POST=show_bulk)
