"""The live rows: what a board is told about each thing, one TypedDict per kind.

Times are milliseconds since 1970-01-01 UTC; ages tick in the browser from them. A
ratio is [part, whole]; who shows it decides how (boards.md 1.2, small numbers).
"""

from typing import Literal, TypedDict

Level = Literal["", "watch", "act"]
State = Literal["free", "offered", "task", "wrapping", "away", "offline"]
Ratio = list[int]


class Counts(TypedDict):
    """What queue rows and the total share. In a queue row demand counts stays, in the
    total row tasks; workers are counted once per row."""

    waiting: int
    ringing: int
    "Of the waiting, those offered to somebody right now."
    longest_since: int | None
    "When the one who waits longest in this queue entered it (total: was created)."
    late: int
    late_since: int | None
    "When the first of the late became late."
    free: int
    room: int
    ready: int
    signed_in: int
    handling: int
    wrapping: int
    sl_30: Ratio
    sl_today: Ratio
    abandoned_today: Ratio
    short_today: int
    entered_today: int
    answered_today: int
    moved_today: int
    ended_today: int
    level: Level
    target: int


class QueueRow(Counts):
    """kind `queue`, sid WQ…"""

    name: str
    order: int
    "Place in the queue table, worst first; ties by name."
    channels: list[str]
    t_seconds: int
    formula: str
    expired: int
    "Live tasks that ran out of time in this queue, in the last quarter of an hour."
    expired_since: int | None
    "When the first of them did."
    matching: int
    "Workers whom the queue's expression matches."
    on_tasks: int
    away: int
    offline: int
    "Of the matching, why they are not free."


class TotalRow(Counts):
    """kind `total`, sid WS…: the workspace. Rows of queues need not add up to it."""

    name: str
    states: dict[str, int]
    "Workers by State, every state present."
    workers: int
    zone: str
    day_start_ms: int
    stays_today: int
    transferred_today: int


class Slot(TypedDict):
    """A worker's units on one channel; above: in hand beyond the capacity."""

    channel: str
    capacity: int
    offered: int
    assigned: int
    wrapping: int


class InHand(TypedDict):
    task: str
    channel: str
    queue: str
    state: Literal["offered", "assigned", "wrapping"]
    since: int
    waited_ms: int | None


class WorkerRow(TypedDict):
    """kind `worker`, sid WK…"""

    name: str
    team: str
    state: State
    since: int
    "Since when in this state."
    activity: str
    activity_sid: str
    by: str
    "Who set the activity: agent, missed offer, outside, a person's name, unknown."
    level: Level
    level_text: str
    "What the mark means: 'Break, limit 15:00'."
    slots: list[Slot]
    in_hand: list[InHand]
    ready: bool
    "In an activity that takes tasks."
    queues: list[str]
    "Sids of the queues whose expression matches him."
    done_today: int
    missed_today: int


class NeedRow(TypedDict):
    """kind `need`, sid '<rule>:<subject>:<since>': one line of Needs a hand."""

    order: int
    level: Level
    text: str
    since: int
    action: Literal["", "back_to_ready", "open_queue", "open_worker", "open_trust"]
    subject: str
    "The sid that the action is about."


class ChangeRow(TypedDict):
    """kind `change`, sid EV… or 'command:<id>': one line of What changed, last 60 min."""

    at: int
    text: str
    by: str


class IntervalRow(TypedDict):
    """kind `interval`, sid '<WS>:<start_ms>': 15 minutes of today, whole workspace."""

    start: int
    sl: Ratio
    entered: int
    answered: int
    abandoned: int
    waiting_end: int


LATE_INTERVALS = 3
"A feed is late when so many of its intervals have passed without a success."


class FeedRow(TypedDict):
    """kind `feed`, sid callback, events, realtime, cumulative, resources, backfill."""

    ok: int
    "When it last succeeded."
    expected_s: int
    "A success is due at least this often; 0: only when there is something."
    error: str
    progress: str
    "Back-fill: '7 of 30 days, newest first'; else empty."


KINDS: dict[str, type] = {
    "queue": QueueRow,
    "total": TotalRow,
    "worker": WorkerRow,
    "need": NeedRow,
    "change": ChangeRow,
    "interval": IntervalRow,
    "feed": FeedRow,
}
