"""Which tiles and tables make a board, and their first paint."""

from dashboard.boards.bits import Row, Rows
from dashboard.boards.lamp import Lamp, lamp
from dashboard.boards.tables import Table, table
from dashboard.boards.totals import (
    foot,
    intervals,
    moment,
    points,
    states,
    sums,
    tiles,
    total,
)

__all__ = [
    "Lamp",
    "Row",
    "Rows",
    "Table",
    "foot",
    "intervals",
    "lamp",
    "moment",
    "points",
    "states",
    "sums",
    "table",
    "tiles",
    "total",
]
