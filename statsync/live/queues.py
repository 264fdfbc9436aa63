"""Queue rows and the total row: who waits, who could help, how the day goes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, cast

from statsync import metrics
from statsync.alerts import EXPIRED_MS, IDLE_TOGETHER_MS
from statsync.live.floor import Floor
from statsync.live.room import Demand, Room
from statsync.live.shapes import QueueRow, TotalRow
from statsync.live.table import Draft

Workers = Mapping[str, Mapping[str, Any]]
"Worker rows by sid, as published."


def queue_rows(room: Room, workers: Workers) -> dict[str, Draft]:
    """Every queue's row. The place in the table follows from all of them."""
    floor = room.floor
    members: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for worker in workers.values():
        for sid in worker["queues"]:
            members[sid].append(worker)
    rows = {sid: queue_row(room, sid, members[sid]) for sid in floor.queues}
    worst_first = sorted(rows, key=lambda sid: badness(rows[sid]))
    for place, sid in enumerate(worst_first):
        rows[sid]["order"] = place
    return {
        sid: Draft(dict(row), due_of(room.of[sid], floor, members[sid]))
        for sid, row in rows.items()
    }


def queue_row(room: Room, sid: str, members: list[Mapping[str, Any]]) -> QueueRow:
    floor, demand = room.floor, room.of[sid]
    rule = floor.service_rule(sid)
    channels = sorted({one.channel for one in demand.waiting})
    states = [one["state"] for one in members]
    row = cast(
        QueueRow,
        {
            **shared(demand, floor, rule.formula, members, channels),
            "level": "",
            "target": rule.target,
            "name": floor.queues[sid].name,
            "order": 0,
            "channels": channels,
            "t_seconds": rule.t_seconds,
            "formula": rule.formula,
            "expired": len(demand.expired),
            "expired_since": min(demand.expired, default=None),
            "matching": len(members),
            "on_tasks": sum(one in ("task", "wrapping", "offered") for one in states),
            "away": states.count("away"),
            "offline": states.count("offline"),
        },
    )
    row["level"] = metrics.level(row["sl_30"], rule.watch_below, rule.act_below)
    return row


def shared(
    demand: Demand,
    floor: Floor,
    formula: str,
    members: Iterable[Mapping[str, Any]],
    channels: Iterable[str],
) -> Any:
    """What queue rows and the total have in common (shapes.Counts)."""
    late = [one for one in demand.waiting if floor.now > one.late_ms]
    today = demand.today
    members = list(members)
    return {
        "waiting": len(demand.waiting),
        "ringing": demand.ringing,
        "longest_since": demand.waiting[0].since_ms if demand.waiting else None,
        "late": len(late),
        "late_since": min((one.late_ms for one in late), default=None),
        "free": sum(one["state"] == "free" for one in members),
        "room": sum(has_room(one, set(channels)) for one in members),
        "ready": sum(bool(one["ready"]) for one in members),
        "signed_in": sum(one["state"] != "offline" for one in members),
        "handling": demand.handling,
        "wrapping": demand.wrapping,
        "sl_30": list(metrics.service_level(formula, demand.window.counts(len(late)))),
        "sl_today": list(metrics.service_level(formula, today.counts(len(late)))),
        "abandoned_today": [today.abandoned, today.answered + today.abandoned],
        "short_today": today.short,
        "entered_today": demand.entered,
        "answered_today": today.answered,
        "moved_today": today.moved_on,
        "ended_today": today.ended,
    }


def has_room(worker: Mapping[str, Any], channels: set[str]) -> bool:
    """Something in hand, and capacity left on a channel of this queue."""
    if not worker["ready"] or not worker["in_hand"]:
        return False
    return any(
        slot["capacity"] > slot["offered"] + slot["assigned"] + slot["wrapping"]
        for slot in worker["slots"]
        if not channels or slot["channel"] in channels
    )


LEVEL_ORDER = {"act": 0, "watch": 1, "": 2}


def badness(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Level, then late, then who has waited longest, then name."""
    longest = row["longest_since"]
    return (
        LEVEL_ORDER[row["level"]],
        -row["late"],
        longest if longest is not None else float("inf"),
        row["name"],
    )


def due_of(
    demand: Demand, floor: Floor, members: Iterable[Mapping[str, Any]] = ()
) -> int:
    """When a wait becomes too long, the window moves past somebody, or the day ends;
    when an expired task is forgotten; and when somebody will have been free beside somebody waiting for too long."""
    times = [one.late_ms + 1 for one in demand.waiting]
    times += [ms + EXPIRED_MS + 1 for ms in demand.expired]
    times.append(floor.day_end)
    if demand.leaves_window is not None:
        times.append(demand.leaves_window)
    if demand.waiting:
        free = [one["since"] for one in members if one["state"] == "free"]
        both = [max(one, demand.waiting[0].since_ms) for one in free]
        times += [ms + IDLE_TOGETHER_MS + 1 for ms in both]
    later = [ms for ms in times if ms > floor.now]
    return min(later, default=floor.now + 60_000)


def total_row(room: Room, workers: Workers) -> Draft:
    floor, demand = room.floor, room.total
    rule = floor.service_rule("")
    states = [one["state"] for one in workers.values()]
    row = cast(
        TotalRow,
        {
            **shared(demand, floor, rule.formula, workers.values(), ()),
            "level": "",
            "target": rule.target,
            "name": floor.workspace.name,
            "states": {
                state: states.count(state)
                for state in ("free", "offered", "task", "wrapping", "away", "offline")
            },
            "workers": len(workers),
            "zone": floor.rule.zone,
            "day_start_ms": floor.day_start,
            "stays_today": sum(one.entered for one in room.of.values()),
            "transferred_today": sum(one.transferred for one in room.of.values()),
        },
    )
    row["level"] = metrics.level(row["sl_30"], rule.watch_below, rule.act_below)
    return Draft(dict(row), due_of(demand, floor))
