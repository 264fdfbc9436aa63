"""Queue rows and the total row: who waits, who could help, how the day goes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import connection

from statsync import metrics
from statsync.live.floor import WINDOW_MS, Floor
from statsync.live.shapes import QueueRow, TotalRow
from statsync.live.table import Draft
from statsync.models import Offer, Stay

Workers = Mapping[str, Mapping[str, Any]]
"Worker rows by sid, as published."

LEFT_TODAY = """
SELECT queue_sid, outcome,
  COUNT(*), SUM(CASE WHEN wait_ms <= t_ms THEN 1 ELSE 0 END),
  SUM(CASE WHEN wait_ms <= s_ms THEN 1 ELSE 0 END)
FROM statsync_stay
WHERE workspace_id = %s AND left_ms >= %s AND direction = 'inbound'
GROUP BY queue_sid, outcome
"""
ENTERED_TODAY = """
SELECT queue_sid, COUNT(*),
  SUM(CASE WHEN how = 'transferred' THEN 1 ELSE 0 END)
FROM statsync_stay
WHERE workspace_id = %s AND entered_ms >= %s AND direction = 'inbound'
GROUP BY queue_sid
"""
TASKS_ANSWERED = """
SELECT COUNT(*),
  SUM(CASE WHEN task_answered_ms - task_created_ms <= t_ms THEN 1 ELSE 0 END)
FROM statsync_stay
WHERE workspace_id = %s AND nth = 0 AND task_answered_ms >= %s
  AND direction = 'inbound'
"""
TASKS_LEFT = """
SELECT task_outcome, COUNT(*),
  SUM(CASE WHEN task_ended_ms - task_created_ms <= t_ms THEN 1 ELSE 0 END),
  SUM(CASE WHEN task_ended_ms - task_created_ms <= s_ms THEN 1 ELSE 0 END)
FROM statsync_stay
WHERE workspace_id = %s AND nth = 0 AND task_ended_ms >= %s
  AND direction = 'inbound' AND task_answered_ms IS NULL
GROUP BY task_outcome
"""
LEAVES_WINDOW = """
SELECT queue_sid, MIN(left_ms) FROM statsync_stay
WHERE workspace_id = %s AND left_ms >= %s AND outcome IN ('answered', 'abandoned')
GROUP BY queue_sid
"""


@dataclass
class Period:
    """What left in a period, by outcome."""

    answered: int = 0
    answered_in_t: int = 0
    abandoned: int = 0
    abandoned_in_t: int = 0
    short: int = 0
    moved_on: int = 0
    ended: int = 0

    def note(self, outcome: str, count: int, in_t: int, short: int) -> None:
        if outcome == "answered":
            self.answered, self.answered_in_t = count, in_t
        elif outcome == "abandoned":
            self.abandoned, self.short = count - short, short
            self.abandoned_in_t = in_t
        elif outcome == "moved on":
            self.moved_on = count
        else:
            self.ended += count

    def counts(self, late_now: int) -> metrics.Counts:
        return metrics.Counts(
            self.answered,
            self.answered_in_t,
            self.abandoned,
            self.abandoned_in_t,
            self.short,
            self.ended,
            late_now,
        )


@dataclass
class Demand:
    """One queue's demand, or the whole workspace's."""

    waiting: list[Stay] = field(default_factory=list)
    ringing: int = 0
    handling: int = 0
    wrapping: int = 0
    window: Period = field(default_factory=Period)
    today: Period = field(default_factory=Period)
    entered: int = 0
    transferred: int = 0
    leaves_window: int | None = None


class Room:
    """Every queue's demand at a moment, from a fixed number of queries."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.of: dict[str, Demand] = defaultdict(Demand)
        self.total = Demand()
        self._read_waiting()
        self._read_in_hand()
        self._read_left()
        self._read_tasks()

    def _rows(self, sql: str, since: int) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.floor.workspace.pk, since])
            return list(cursor.fetchall())

    def _read_waiting(self) -> None:
        rows = Stay.objects.filter(workspace=self.floor.workspace, left_ms=None)
        for stay in rows.filter(direction="inbound").order_by("entered_ms"):
            self.of[stay.queue_sid].waiting.append(stay)
            self.total.waiting.append(stay)

    def _read_in_hand(self) -> None:
        """Tasks that ring, and legs under way."""
        rows = Offer.objects.filter(
            workspace=self.floor.workspace,
            completed_ms=None,
            outcome__in=["", "accepted"],
        )
        ringing: set[str] = set()
        for offer in rows:
            demands = (self.of[offer.queue_sid], self.total)
            if offer.outcome == "" and offer.task_sid not in ringing:
                ringing.add(offer.task_sid)
                for demand in demands:
                    demand.ringing += 1
            elif offer.outcome == "accepted":
                for demand in demands:
                    demand.wrapping += offer.wrap_ms is not None
                    demand.handling += offer.wrap_ms is None

    def _read_left(self) -> None:
        since = self.floor.now - WINDOW_MS
        for name, start in (("window", since), ("today", self.floor.day_start)):
            for queue, outcome, count, in_t, short in self._rows(LEFT_TODAY, start):
                getattr(self.of[queue], name).note(outcome, count, in_t, short)
        for queue, count, transferred in self._rows(
            ENTERED_TODAY, self.floor.day_start
        ):
            self.of[queue].entered, self.of[queue].transferred = count, transferred
        for queue, first in self._rows(LEAVES_WINDOW, since):
            self.of[queue].leaves_window = first + WINDOW_MS + 1

    def _read_tasks(self) -> None:
        for name, start in (
            ("window", self.floor.now - WINDOW_MS),
            ("today", self.floor.day_start),
        ):
            period: Period = getattr(self.total, name)
            count, in_t = self._rows(TASKS_ANSWERED, start)[0]
            period.note("answered", count, in_t or 0, 0)
            for outcome, count, in_t, short in self._rows(TASKS_LEFT, start):
                period.note(outcome, count, in_t, short)
        self.total.entered = Stay.objects.filter(
            workspace=self.floor.workspace,
            nth=0,
            direction="inbound",
            entered_ms__gte=self.floor.day_start,
        ).count()


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
        sid: Draft(dict(row), due_of(room.of[sid], floor)) for sid, row in rows.items()
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
    late = [one for one in demand.waiting if floor.now - one.entered_ms > one.t_ms]
    today = demand.today
    members = list(members)
    return {
        "waiting": len(demand.waiting),
        "ringing": demand.ringing,
        "longest_since": demand.waiting[0].entered_ms if demand.waiting else None,
        "late": len(late),
        "late_since": min((one.entered_ms + one.t_ms for one in late), default=None),
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


def due_of(demand: Demand, floor: Floor) -> int:
    """When a wait becomes too long, the window moves past somebody, or the day ends."""
    crossings = [one.entered_ms + one.t_ms + 1 for one in demand.waiting]
    times = [*crossings, floor.day_start + 86_400_000]
    if demand.leaves_window is not None:
        times.append(demand.leaves_window)
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
