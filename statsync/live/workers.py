"""Worker rows: what each worker is doing now, since when, and what he holds."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce, Greatest

from expressions import ExpressionError, compile_expression, worker_values
from statsync.live.floor import Floor
from statsync.live.shapes import InHand, Level, Slot, State, WorkerRow
from statsync.live.table import Draft
from statsync.models import Offer, Resource, Spell, Stay
from statsync.timelines.attributes import attribute, values_of

WRAP_LIMIT_SECONDS = 180
LONGEST_LEG_MS = 86_400_000
"TaskRouter ends what has been assigned for longer."


@dataclass
class Held:
    """What the database knows of one worker beside his mirror row."""

    offers: list[Offer] = field(default_factory=list)
    capacity: dict[str, int] = field(default_factory=dict)
    spell: Spell | None = None
    done: int = 0
    missed: int = 0
    last_done: int = 0
    "When he last had something to do with a task, whatever came of it (ms)."


def worker_rows(floor: Floor, sids: Iterable[str] | None) -> dict[str, Draft]:
    """Rows of these workers (None: all); None for those that are gone."""
    wanted = None if sids is None else set(sids)
    rows = Resource.objects.filter(workspace=floor.workspace, kind="worker")
    if wanted is not None:
        rows = rows.filter(sid__in=wanted)
    found = {row.sid: row for row in rows}
    held = held_by(floor, list(found))
    waits = waits_of(floor, [one for each in held.values() for one in each.offers])
    drafts: dict[str, Draft] = {}
    for sid, row in found.items():
        drafts[sid] = (
            Draft(None) if row.deleted else worker_row(floor, row, held[sid], waits)
        )
    return drafts


def held_by(floor: Floor, sids: list[str]) -> dict[str, Held]:
    """Five queries, however many workers."""
    held: dict[str, Held] = {sid: Held() for sid in sids}
    own = Q(workspace=floor.workspace, worker_sid__in=sids)
    # Sorted here: told to order them, SQLite walks every offer a worker ever had.
    in_hand = Offer.objects.filter(own, completed_ms=None, outcome__in=["", "accepted"])
    for offer in sorted(in_hand, key=attrgetter("offered_ms", "sid")):
        held[offer.worker_sid].offers.append(offer)
    for spell in Spell.objects.filter(own, ended_ms=None):
        held[spell.worker_sid].spell = spell
    for row in Resource.objects.filter(
        workspace=floor.workspace, kind="worker_channel", parent_sid__in=sids
    ):
        body = json.loads(row.body)
        units = body.get("configured_capacity", 1) if body.get("available", True) else 0
        held[row.parent_sid].capacity[body.get("task_channel_unique_name", "")] = units
    for counts in today(floor, own):
        one = held[counts["worker_sid"]]
        one.done, one.missed = counts["done"], counts["missed"]
        one.last_done = counts["last_done"]
    return held


def today(floor: Floor, own: Q) -> Iterable[Any]:
    """Counted when it happened: what was offered before midnight may end after it."""
    rows = Offer.objects.filter(own, offered_ms__gte=floor.day_start - LONGEST_LEG_MS)
    start = floor.day_start
    return rows.values("worker_sid").annotate(
        done=Count("sid", filter=Q(outcome="accepted", completed_ms__gte=start)),
        missed=Count("sid", filter=Q(outcome="missed", ended_ms__gte=start)),
        last_done=Greatest(
            Coalesce(Max("completed_ms"), 0), Coalesce(Max("ended_ms"), 0)
        ),
    )


def waits_of(floor: Floor, offers: list[Offer]) -> dict[tuple[str, int], int | None]:
    """How long each task in hand had waited in its queue."""
    rows = Stay.objects.filter(
        workspace=floor.workspace, task_sid__in={one.task_sid for one in offers}
    )
    return {
        (task, nth): wait
        for task, nth, wait in rows.values_list("task_sid", "nth", "wait_ms")
    }


def worker_row(
    floor: Floor, row: Resource, held: Held, waits: Mapping[tuple[str, int], int | None]
) -> Draft:
    body = json.loads(row.body)
    activity_sid = body.get("activity_sid") or ""
    in_hand = [hand(floor, one, waits) for one in held.offers]
    since = activity_since(body, held)
    state, state_since = state_of(floor, activity_sid, in_hand, since, held.last_done)
    level, words, due = judge(floor, activity_sid, state, state_since)
    worker: WorkerRow = {
        "name": row.name,
        "team": team(floor, body),
        "state": state,
        "since": state_since,
        "activity": floor.activities.get(activity_sid, {}).get("friendly_name")
        or body.get("activity_name")
        or "",
        "activity_sid": activity_sid,
        "by": held.spell.by if held.spell else "unknown",
        "level": level,
        "level_text": words,
        "slots": slots(floor, held, in_hand),
        "in_hand": in_hand,
        "ready": kind_of(floor, activity_sid) == "ready",
        "queues": queues_of(floor, row.sid, body),
        "done_today": held.done,
        "missed_today": held.missed,
    }
    return Draft(dict(worker), min(due or floor.day_end, floor.day_end))


def hand(
    floor: Floor, offer: Offer, waits: Mapping[tuple[str, int], int | None]
) -> InHand:
    queue = floor.queues.get(offer.queue_sid)
    one: InHand = {
        "task": offer.task_sid,
        "channel": offer.channel,
        "queue": queue.name if queue else "",
        "state": "offered",
        "since": offer.offered_ms,
        "waited_ms": waits.get((offer.task_sid, offer.stay_nth)),
    }
    if offer.outcome == "accepted":
        one["state"], one["since"] = "assigned", offer.ended_ms or offer.offered_ms
        if offer.wrap_ms is not None:
            one["state"], one["since"] = "wrapping", offer.wrap_ms
    return one


def activity_since(body: dict[str, Any], held: Held) -> int:
    spell = held.spell
    if spell is not None and spell.activity_sid == body.get("activity_sid"):
        return spell.activity_since_ms
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


def team(floor: Floor, body: dict[str, Any]) -> str:
    path = floor.fields.get(("worker", "team"), "team")
    return str(attribute(body.get("attributes") or "{}", path) or "")


def queues_of(floor: Floor, sid: str, body: dict[str, Any]) -> list[str]:
    values = worker_values(
        values_of(body.get("attributes") or ""),
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
