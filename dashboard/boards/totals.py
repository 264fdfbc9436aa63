"""What the workspace's total row fills: tiles, states of agents, the foot of queues."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dashboard import numbers
from dashboard.boards.bits import Bit, Painted, Row, Rows, paint
from dashboard.boards.columns import QUEUES, Column
from dashboard.boards.tables import STATES
from dashboard.numbers import Moment


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
