"""Worker rows: what each worker is doing now, since when, and what he holds."""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from expressions import ExpressionError, compile_expression, worker_values
from statsync.live.floor import Floor
from statsync.live.held import Held, held_by
from statsync.live.open_offers import OpenOffer
from statsync.live.shapes import InHand, Level, Slot, State, WorkerRow
from statsync.live.table import Draft
from statsync.select import marks, select
from statsync.timelines.attributes import value_at, values_of

WRAP_LIMIT_SECONDS = 180
MIRROR = """
SELECT sid, name, body, deleted FROM statsync_resource
WHERE workspace_id = %s AND kind = 'worker'
"""


def worker_rows(floor: Floor, sids: Collection[str] | None) -> dict[str, Draft]:
    """Rows of these workers (None: all); None for those that are gone."""
    if sids is not None and not sids:
        return {}
    wanted = "" if sids is None else f"AND sid IN ({marks(sids)})"
    rows = select(MIRROR + wanted, [floor.workspace.pk, *(sids or ())])
    held = held_by(floor, [sid for sid, *_ in rows])
    return {
        sid: Draft(None) if deleted else worker_row(floor, sid, name, body, held[sid])
        for sid, name, body, deleted in rows
    }


def worker_row(floor: Floor, sid: str, name: str, text: str, held: Held) -> Draft:
    body = json.loads(text)
    attributes = values_of(body.get("attributes") or "")
    activity_sid = body.get("activity_sid") or ""
    in_hand = [hand(floor, one) for one in held.offers]
    since = activity_since(body, held)
    state, state_since = state_of(floor, activity_sid, in_hand, since, held.last_done)
    level, words, due = judge(floor, activity_sid, state, state_since)
    worker: WorkerRow = {
        "name": name,
        "team": team(floor, attributes),
        "state": state,
        "since": state_since,
        "activity": floor.activities.get(activity_sid, {}).get("friendly_name")
        or body.get("activity_name")
        or "",
        "activity_sid": activity_sid,
        "by": held.activity.by if held.activity else "unknown",
        "level": level,
        "level_text": words,
        "slots": slots(floor, held, in_hand),
        "in_hand": in_hand,
        "ready": kind_of(floor, activity_sid) == "ready",
        "queues": queues_of(floor, sid, body, attributes),
        "done_today": held.done,
        "missed_today": held.missed,
    }
    return Draft(dict(worker), min(due or floor.day_end, floor.day_end))


def hand(floor: Floor, offer: OpenOffer) -> InHand:
    queue = floor.queues.get(offer.queue_sid)
    one: InHand = {
        "task": offer.task_sid,
        "channel": offer.channel,
        "queue": queue.name if queue else "",
        "state": "offered",
        "since": offer.offered_ms,
        "waited_ms": offer.waited_ms,
    }
    if offer.outcome == "accepted":
        one["state"], one["since"] = "assigned", offer.ended_ms or offer.offered_ms
        if offer.wrap_ms is not None:
            one["state"], one["since"] = "wrapping", offer.wrap_ms
    return one


def activity_since(body: dict[str, Any], held: Held) -> int:
    activity = held.activity
    if activity is not None and activity.sid == body.get("activity_sid"):
        return activity.since_ms
    return int(body.get("status_changed_ms") or 0)


def kind_of(floor: Floor, activity_sid: str) -> str:
    known = floor.kinds.get(activity_sid)
    return known.kind if known else "offline"


def state_of(
    floor: Floor,
    activity_sid: str,
    in_hand: list[InHand],
    activity_since: int,
    last_done: int,
) -> tuple[State, int]:
    """The first that holds (boards.md 1.4), and since when."""
    kind = kind_of(floor, activity_sid)
    begun: dict[str, int] = {}
    for one in in_hand:
        begun[one["state"]] = min(one["since"], begun.get(one["state"], one["since"]))
    if "offered" in begun:
        return "offered", begun["offered"]
    if kind == "offline":
        return "offline", activity_since
    if kind != "ready":
        return "away", activity_since
    if "wrapping" in begun:
        return "wrapping", begun["wrapping"]
    if "assigned" in begun:
        return "task", begun["assigned"]
    return "free", max(activity_since, last_done)


def judge(
    floor: Floor, activity_sid: str, state: State, since: int
) -> tuple[Level, str, int | None]:
    """Level, its words, and when it will be crossed if nothing happens."""
    known = floor.kinds.get(activity_sid)
    limit, words = None, ""
    if state == "wrapping":
        limit, words = WRAP_LIMIT_SECONDS, "wrapping up"
    elif state == "away" and known is not None:
        limit = known.limit_seconds
        words = floor.activities.get(activity_sid, {}).get("friendly_name", "")
    if limit is None:
        return "", "", None
    crossed = since + limit * 1000
    if floor.now < crossed:
        return "", "", crossed
    return "watch", f"{words}, limit {limit // 60}:{limit % 60:02}", None


def slots(floor: Floor, held: Held, in_hand: list[InHand]) -> list[Slot]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in in_hand:
        counts[one["channel"]][one["state"]] += 1
    names = [*floor.channels, *(one for one in counts if one not in floor.channels)]
    rows: list[Slot] = [
        {
            "channel": name,
            "capacity": held.capacity.get(name, 1),
            "offered": counts[name]["offered"],
            "assigned": counts[name]["assigned"],
            "wrapping": counts[name]["wrapping"],
        }
        for name in names
    ]
    return [one for one in rows if one["capacity"] or one["channel"] in counts]


def team(floor: Floor, attributes: dict[str, Any]) -> str:
    path = floor.fields.get(("worker", "team"), "team")
    return str(value_at(attributes, path) or "")


def queues_of(
    floor: Floor, sid: str, body: dict[str, Any], attributes: dict[str, Any]
) -> list[str]:
    values = worker_values(
        attributes,
        sid,
        body.get("friendly_name") or "",
        body.get("activity_sid") or "",
        body.get("activity_name") or "",
    )
    return [one.sid for one in floor.queues.values() if matches(one.expression, values)]


def matches(expression: str, values: dict[str, Any]) -> bool:
    try:
        return compile_expression(expression).matches(values)
    except ExpressionError:
        return False
