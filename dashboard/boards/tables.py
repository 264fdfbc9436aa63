"""Live tables: which rows, in which order, and their first paint."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard import numbers
from dashboard.boards.bits import Painted, Row, Rows, paint
from dashboard.boards.columns import Column
from dashboard.numbers import Moment

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


def by_start(sid: str, row: Row) -> tuple[int, str]:
    return row["start"], sid


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


ORDERS: dict[str, Callable[[str, Row], Any]] = {
    "by_order": by_order,
    "by_start": by_start,
    "newest": newest,
    "within_state": within_state,
}
"Twins in static/js/tables.js."


@dataclass(frozen=True, slots=True)
class Table:
    """A live table of one kind of rows, as its template needs it."""

    kind: str
    order: str
    columns: Sequence[Column]
    lines: list[Line]
    count: int
    "How many rows there are, shown or not."
    most: int | None = None

    @property
    def blank(self) -> Line:
        """A row without values: what the browser makes new rows from."""
        return Line("", {}, [(one, Painted(one.bit, ""), "") for one in self.columns])

    @property
    def groups(self) -> "list[Group]":
        """Every state, with the lines in it."""
        return [
            Group(
                state,
                f"{numbers.STATE_MARKS[state]} {numbers.STATE_WORDS[state]}",
                [one for one in self.lines if one.row["state"] == state],
            )
            for state in STATES
        ]


def table(
    kind: str,
    columns: Sequence[Column],
    rows: Rows,
    order: str,
    at: Moment,
    most: int | None = None,
) -> Table:
    """The first `most` rows of a kind in their order."""
    found = rows.get(kind, {})
    shown = lines(columns, found, ORDERS[order], at, most)
    return Table(kind, order, columns, shown, len(found), most)
