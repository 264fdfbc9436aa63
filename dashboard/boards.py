"""Which tiles and tables make a board, and their first paint.

A *bit* is one text: a format of numbers.FORMATS over fields of a row. Templates write the
format and the fields beside the text, as data- attributes; the browser repaints a bit
from them, so nothing is said twice.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard import numbers
from dashboard.numbers import Moment

Row = Mapping[str, Any]
Rows = Mapping[str, Mapping[str, Row]]
"kind -> sid -> row, as statsync.live.frames.Rows."


@dataclass(frozen=True, slots=True)
class Bit:
    format: str
    of: tuple[str, ...]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Painted:
    """A bit and its text; `since` (ms) where the text is an age that counts up."""

    bit: Bit
    text: str
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of a board; `spark` names the series of intervals beneath it."""

    name: str
    label: str
    figure: Bit
    formula: str
    beside: tuple[Bit, ...] = ()
    notes: tuple[Bit, ...] = ()
    spark: str = ""
    levelled: bool = False
    "The row's level is this number's."


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: num (right-aligned), text, name (the row's head), mark, act (a link or
    button at the right end)."""

    key: str
    head: str
    bit: Bit
    kind: str = "num"
    formula: str = ""
    phone: bool = False
    "Stays on a narrow screen."
    link: str = ""
    "Format that makes the cell's address."


def column(
    key: str,
    head: str,
    format: str,
    of: str,
    kind: str = "num",
    formula: str = "",
    phone: bool = False,
    link: str = "",
) -> Column:
    return Column(key, head, Bit(format, tuple(of.split())), kind, formula, phone, link)


TILES = (
    Tile(
        "service-level",
        "Service level 30 min",
        Bit("percent", ("sl_30",)),
        "answered within T ÷ (answered + abandoned + late now), last 30 minutes",
        beside=(
            Bit("level", ("level",)),
            Bit("count", ("target",), before="target "),
        ),
        notes=(Bit("of", ("sl_30",)), Bit("percent", ("sl_today",), before="today ")),
        spark="sl",
        levelled=True,
    ),
    Tile(
        "waiting",
        "Waiting",
        Bit("count", ("waiting",)),
        "tasks in a queue that nobody has accepted, ringing included",
        notes=(
            Bit("count", ("late",), after=" late"),
            Bit("age", ("longest_since",), before="longest "),
            Bit("count", ("ringing",), before="of these ", after=" ringing"),
        ),
        spark="waiting_end",
    ),
    Tile(
        "abandoned",
        "Abandoned today",
        Bit("share", ("abandoned_today",)),
        "customer left after more than S ÷ (answered + abandoned)",
        notes=(
            Bit("of", ("abandoned_today",)),
            Bit("count", ("short_today",), after=" short not counted"),
        ),
        spark="abandoned",
    ),
    Tile(
        "in-progress",
        "In progress",
        Bit("count", ("in_progress",)),
        "tasks that agents have accepted: handling and wrapping up",
        notes=(
            Bit("count", ("handling",), after=" handling"),
            Bit("count", ("wrapping",), after=" wrapping up"),
        ),
    ),
    Tile(
        "free",
        "Agents free",
        Bit("count", ("free",)),
        "ready, nothing in hand, nothing offered",
        notes=(
            Bit("count", ("ready",), before="of ", after=" ready"),
            Bit("count", ("signed_in",), after=" signed in"),
        ),
    ),
    Tile(
        "entered",
        "Entered today",
        Bit("count", ("entered_today",)),
        "inbound tasks created since the day began",
        notes=(Bit("count", ("answered_today",), after=" answered"),),
        spark="entered",
    ),
)

SL_30 = "answered within T ÷ (answered + abandoned + late now), last 30 minutes"
SL_TODAY = "the same since the day began"
ABANDONED = "left after more than S ÷ (answered + abandoned), today"
MARK = column("mark", "", "queue_mark", "level free", "mark", phone=True)
QUEUE = column("name", "Queue", "text", "name sid", "name", phone=True)
WAITING = column(
    "waiting",
    "Waiting",
    "count",
    "waiting",
    formula="in this queue, not accepted",
    phone=True,
)
LONGEST = column(
    "longest",
    "Longest",
    "age",
    "longest_since",
    formula="age of the one who waits longest here",
    phone=True,
)
LATE = column("late", "Late", "count", "late", formula="waiting longer than T")
FREE = column("free", "Free", "count", "free", formula="match, ready, nothing in hand")
LEVEL = column("sl", "SL 30 min", "percent", "sl_30", formula=SL_30, phone=True)
LOST = column("abandoned", "Abandoned", "share", "abandoned_today", formula=ABANDONED)

WORST_QUEUES = (
    MARK,
    column("name", "Queue", "text", "name sid", "name", phone=True, link="queue_link"),
    WAITING,
    LONGEST,
    LATE,
    FREE,
    LEVEL,
    LOST,
)
QUEUES = (
    MARK,
    QUEUE,
    WAITING,
    LONGEST,
    LATE,
    FREE,
    column("room", "Room", "count", "room", formula="something in hand, capacity left"),
    column(
        "ready",
        "Ready/In",
        "pair",
        "ready signed_in",
        formula="take tasks / signed in, of those who match",
    ),
    column(
        "handling", "Handling", "count", "handling", formula="accepted, not wrapping up"
    ),
    column("wrapping", "Wrap", "count", "wrapping", formula="wrapping up"),
    LEVEL,
    column("sl-n", "n", "whole", "sl_30", formula="stays behind SL 30 min"),
    column("sl-today", "SL today", "percent", "sl_today", formula=SL_TODAY),
    column("sl-today-n", "n", "whole", "sl_today", formula="stays behind SL today"),
    column(
        "t", "T", "limit", "t_seconds", formula="an answer within T counts as in time"
    ),
    LOST,
    column("entered", "Entered", "count", "entered_today", formula="stays begun today"),
)
NEEDS = (
    column("mark", "", "level", "level", "mark", phone=True),
    column("text", "What", "text", "text", "name", phone=True),
    column("since", "Since", "age", "since", phone=True),
    column(
        "action",
        "Action",
        "action",
        "action subject",
        "act",
        phone=True,
        link="action_link",
    ),
)
CHANGES = (
    column("at", "At", "clock", "at", "text", phone=True),
    column("text", "What", "change", "text by", "name", phone=True),
)
AGENTS = (
    column("state", "State", "state", "state activity", "text", phone=True),
    column(
        "since", "Since", "age", "since", formula="since this state began", phone=True
    ),
    column("name", "Agent", "text", "name", "name", phone=True),
    column("mark", "", "level", "level", "mark", phone=True),
    column("team", "Team", "text", "team", "text"),
    column(
        "slots",
        "In hand",
        "slots",
        "slots",
        "text",
        "one box per unit and channel: ■ in hand, ◔ offered, ◑ wrapping up, □ free, ▨ above capacity",
    ),
    column("on", "On", "on", "in_hand state by", "text"),
    column(
        "done",
        "Done today",
        "count",
        "done_today",
        formula="tasks completed since the day began",
    ),
    column(
        "missed", "Missed", "count", "missed_today", formula="offers let pass today"
    ),
    column("activity", "Activity", "text", "activity", "act", phone=True),
)

STATES = ("free", "offered", "task", "wrapping", "away", "offline")
GROUP_ORDER = {
    "free": "longest idle first",
    "offered": "longest ringing first",
    "task": "longest task first",
    "wrapping": "longest first",
    "away": "over limit first",
    "offline": "latest first",
}
LEVEL_RANK = {"act": 0, "watch": 1, "": 2}


@dataclass(frozen=True, slots=True)
class Line:
    """A table row: its cells beside their columns."""

    sid: str
    row: Row
    cells: list[tuple[Column, Painted, str]]


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    head: str
    lines: list[Line] = field(default_factory=list)

    @property
    def order(self) -> str:
        return GROUP_ORDER[self.key]


def paint(bit: Bit, row: Row, moment: Moment) -> Painted:
    values = [numbers.value(row, path) for path in bit.of]
    since = values[0] if bit.format == "age" else None
    return Painted(bit, numbers.FORMATS[bit.format](values, moment), since or None)


def line(columns: Iterable[Column], sid: str, row: Row, moment: Moment) -> Line:
    row = {**row, "sid": sid}
    cells = []
    for one in columns:
        values = [numbers.value(row, path) for path in one.bit.of]
        link = numbers.FORMATS[one.link](values, moment) if one.link else ""
        cells.append((one, paint(one.bit, row, moment), link))
    return Line(sid, row, cells)


def lines(
    columns: Sequence[Column],
    rows: Mapping[str, Row],
    order: Callable[[str, Row], Any],
    moment: Moment,
    most: int | None = None,
) -> list[Line]:
    """The first `most` rows in their order."""
    ordered = sorted(rows.items(), key=lambda item: order(*item))
    return [line(columns, sid, row, moment) for sid, row in ordered[:most]]


def by_order(sid: str, row: Row) -> tuple[int, str]:
    return row["order"], sid


def newest(sid: str, row: Row) -> tuple[int, str]:
    return -row["at"], sid


def within_state(sid: str, row: Row) -> tuple[int, int, int, str, str]:
    """Agents: groups of states as drawn, ▲ first, then the longest (offline: latest)."""
    state, since = row["state"], row["since"]
    return (
        STATES.index(state),
        LEVEL_RANK[row["level"]],
        -since if state == "offline" else since,
        row["name"],
        sid,
    )


def groups(found: Iterable[Line]) -> list[Group]:
    """Lines in order, cut where the state changes."""
    cut: list[Group] = []
    for one in found:
        state = one.row["state"]
        if not cut or cut[-1].key != state:
            words = f"{numbers.STATE_MARKS[state]} {numbers.STATE_WORDS[state]}"
            cut.append(Group(state, words))
        cut[-1].lines.append(one)
    return cut


def total(rows: Rows) -> Row | None:
    """The workspace's row, with what the tiles add up."""
    found = next(iter(rows.get("total", {}).values()), None)
    if found is None:
        return None
    return {**found, "in_progress": found["handling"] + found["wrapping"]}


def moment(rows: Rows, now: int) -> Moment:
    found = total(rows)
    return Moment(now, found["zone"] if found else "UTC")


@dataclass(frozen=True, slots=True)
class PaintedTile:
    tile: Tile
    figure: Painted
    beside: list[Painted]
    notes: list[Painted]
    spark: str
    level: str


SPARK_WIDTH, SPARK_HEIGHT = 96, 24


def tiles(rows: Rows, at: Moment) -> list[PaintedTile]:
    """Empty before the first row has come."""
    row = total(rows)
    if row is None:
        return []
    series = intervals(rows)
    return [
        PaintedTile(
            tile,
            paint(tile.figure, row, at),
            [paint(bit, row, at) for bit in tile.beside],
            [paint(bit, row, at) for bit in tile.notes],
            numbers.spark(points(series, tile.spark), SPARK_WIDTH, SPARK_HEIGHT)
            if tile.spark
            else "",
            row["level"] if tile.levelled else "",
        )
        for tile in TILES
    ]


def states(rows: Rows, at: Moment) -> list[tuple[str, str, Painted]]:
    """Agents now: (state, its shape and word, how many)."""
    row = total(rows)
    if row is None:
        return []
    return [
        (
            state,
            f"{numbers.STATE_MARKS[state]} {numbers.STATE_WORDS[state]}",
            paint(Bit("count", (f"states.{state}",)), row, at),
        )
        for state in STATES
    ]


def foot(rows: Rows, at: Moment) -> list[tuple[Column, Painted | None]]:
    """The total row under the queues: each column it can fill, computed on its own."""
    row = total(rows)
    if row is None:
        return []
    return [
        (one, paint(one.bit, row, at) if one.key in TOTALLED else None)
        for one in QUEUES
    ]


TOTALLED = {one.key for one in QUEUES} - {"mark", "name", "t"}
SUMS = (
    Bit("count", ("stays_today",), after=" stays of "),
    Bit("count", ("entered_today",), after=" tasks, "),
    Bit("count", ("transferred_today",), after=" transferred."),
)


def sums(rows: Rows, at: Moment) -> list[Painted]:
    """Why the total is not the sum of its rows."""
    row = total(rows)
    return [paint(bit, row, at) for bit in SUMS] if row else []


def intervals(rows: Rows) -> list[Row]:
    return sorted(rows.get("interval", {}).values(), key=lambda row: row["start"])


def points(series: Iterable[Row], key: str) -> list[float | None]:
    """A series of intervals; a ratio as percent, of nothing as missing."""
    return [measure(row[key]) for row in series]


def measure(value: Any) -> float | None:
    if isinstance(value, list):
        part, whole = value
        return 100 * part / whole if whole else None
    return float(value)


@dataclass(frozen=True, slots=True)
class Lamp:
    """How fresh the boards are. `state`: live, polling, stale."""

    state: str
    words: str


LATE_INTERVALS = 3
CALLED_BACK_MS = 600_000
"Callbacks come when something happens; a quiet ten minutes still count as live."


def lamp(feeds: Mapping[str, Row], now: int) -> Lamp:
    """The worst that is true. Twin of static/js/freshness.js."""
    events = feeds.get("events")
    if events is None:
        return Lamp("stale", "no news yet")
    behind = now - events["ok"]
    if behind > events["expected_s"] * 1000 * LATE_INTERVALS:
        why = events["error"] or "TaskRouter has not answered"
        since = f" {brief(behind)}" if events["ok"] else ""
        return Lamp("stale", f"stale{since}: {why}")
    callback = feeds.get("callback")
    called = callback is not None and now - callback["ok"] < CALLED_BACK_MS
    word = "live" if called else "polling"
    progress = feeds.get("backfill", {}).get("progress", "")
    return Lamp(word, f"{word} {brief(behind)}" + (f", {progress}" if progress else ""))


def brief(ms: int) -> str:
    """'3 s' up to a minute and a half, then as every duration."""
    seconds = max(0, ms) // 1000
    return f"{seconds}{numbers.SPACE}s" if seconds < 90 else numbers.duration(ms)
