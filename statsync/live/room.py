"""Every queue's demand at a moment: who waits, rings, is handled; what has left."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from statsync import metrics
from statsync.alerts import EXPIRED_MS
from statsync.live.floor import WINDOW_MS, Floor
from statsync.select import select

STAYS_WAITING = """
SELECT entered_ms, queue_sid, task_sid, channel, t_ms FROM statsync_stay
WHERE workspace_id = %s AND left_ms IS NULL AND direction = 'inbound'
"""
TASKS_WAITING = """
SELECT task_created_ms, task_sid, channel, t_ms FROM statsync_stay
WHERE workspace_id = %s AND nth = 0 AND task_answered_ms IS NULL
  AND task_ended_ms IS NULL AND direction = 'inbound'
"""
LEFT_SINCE = """
SELECT queue_sid, outcome,
  COUNT(*), SUM(CASE WHEN wait_ms <= t_ms THEN 1 ELSE 0 END),
  SUM(CASE WHEN wait_ms <= s_ms THEN 1 ELSE 0 END)
FROM statsync_stay
WHERE workspace_id = %s AND left_ms >= %s AND direction = 'inbound'
GROUP BY queue_sid, outcome
"""
ENTERED_SINCE = """
SELECT queue_sid, COUNT(*), SUM(CASE WHEN nth = 0 THEN 1 ELSE 0 END),
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
EXPIRED = """
SELECT queue_sid, channel, left_ms FROM statsync_stay
WHERE workspace_id = %s AND left_ms >= %s AND cause = 'expired'
  AND direction = 'inbound'
ORDER BY left_ms
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


@dataclass(frozen=True, slots=True)
class Wait:
    """A stay that goes on; in the workspace's demand, a task nobody has answered."""

    task_sid: str
    channel: str
    since_ms: int
    t_ms: int

    @property
    def late_ms(self) -> int:
        """The last moment that is still in time."""
        return self.since_ms + self.t_ms


@dataclass
class Demand:
    """One queue's demand, or the whole workspace's. `waiting`: longest first."""

    waiting: list[Wait] = field(default_factory=list)
    ringing: int = 0
    handling: int = 0
    wrapping: int = 0
    window: Period = field(default_factory=Period)
    today: Period = field(default_factory=Period)
    entered: int = 0
    transferred: int = 0
    leaves_window: int | None = None
    expired: list[int] = field(default_factory=list)
    "When live tasks expired that may have a customer on the line."

    def note_ringing(self, tasks: set[str]) -> None:
        """Of those who wait: an outbound task rings and does not wait."""
        self.ringing = sum(one.task_sid in tasks for one in self.waiting)


class Room:
    """Every queue's demand at a moment, from a fixed number of queries."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.of: dict[str, Demand] = defaultdict(Demand)
        self.total = Demand()
        self._read_waiting()
        self._read_in_hand()
        self._read_left()
        self._read_expired()
        self._read_tasks()

    def _rows(self, sql: str, since: int) -> list[tuple[Any, ...]]:
        return select(sql, [self.floor.workspace.pk, since])

    def _read_waiting(self) -> None:
        """Queues count stays from their beginning, the workspace tasks from theirs."""
        # Sorted here: told to give them in order, SQLite walks every stay there was.
        here = [self.floor.workspace.pk]
        for since, queue, task, channel, t_ms in sorted(select(STAYS_WAITING, here)):
            self.of[queue].waiting.append(Wait(task, channel, since, t_ms))
        for since, task, channel, t_ms in sorted(select(TASKS_WAITING, here)):
            self.total.waiting.append(Wait(task, channel, since, t_ms))

    def _read_in_hand(self) -> None:
        """Tasks that ring, and legs under way."""
        ringing: dict[str, set[str]] = defaultdict(set)
        for offer in self.floor.open_offers:
            if offer.outcome == "":
                ringing[offer.queue_sid].add(offer.task_sid)
                continue
            for demand in (self.of[offer.queue_sid], self.total):
                demand.wrapping += offer.wrap_ms is not None
                demand.handling += offer.wrap_ms is None
        for queue, tasks in ringing.items():
            self.of[queue].note_ringing(tasks)
        self.total.note_ringing(set().union(*ringing.values()))

    def _read_left(self) -> None:
        since = self.floor.now - WINDOW_MS
        for name, start in (("window", since), ("today", self.floor.day_start)):
            for queue, outcome, count, in_t, short in self._rows(LEFT_SINCE, start):
                getattr(self.of[queue], name).note(outcome, count, in_t, short)
        entered = self._rows(ENTERED_SINCE, self.floor.day_start)
        for queue, stays, tasks, transferred in entered:
            self.of[queue].entered, self.of[queue].transferred = stays, transferred
            self.total.entered += tasks
        for queue, first in self._rows(LEAVES_WINDOW, since):
            self.of[queue].leaves_window = first + WINDOW_MS + 1

    def _read_expired(self) -> None:
        for queue, channel, ms in self._rows(EXPIRED, self.floor.now - EXPIRED_MS):
            if channel not in self.floor.deferred:
                self.of[queue].expired.append(ms)

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
