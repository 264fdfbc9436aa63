"""The columns of demand: one queue, or all tasks, by period."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from statsync.queries.history import Period


@dataclass(frozen=True, slots=True)
class Column:
    """`format`: of numbers.FORMATS. `unit` stands in the head of the file."""

    key: str
    head: str
    format: str
    of: Callable[[Period], Any]
    formula: str
    unit: str = ""
    phone: bool = False


def counted(key: str, head: str, formula: str, phone: bool = False) -> Column:
    return Column(key, head, "count", lambda p: p.count(key), formula, phone=phone)


COLUMNS = (
    counted("waiting_start", "Waiting at start", "in the queue when the row begins"),
    counted("entered", "Entered", "stays begun in the row", phone=True),
    counted(
        "answered", "Answered", "stays ended by an acceptance in the row", phone=True
    ),
    counted("answered_in_t", "In T", "answered, wait at most T"),
    Column(
        "level",
        "SL",
        "percent",
        lambda p: p.level,
        "the queue's formula, named below the table",
        "in time/of",
        phone=True,
    ),
    counted("abandoned", "Abandoned", "customer left after more than S", phone=True),
    counted("short", "Short", "customer left within S; in no service level"),
    counted("callback", "Callback", "of the ended otherwise: took a callback"),
    counted("moved_on", "Moved on", "went to another queue unanswered"),
    counted("moved_on_late", "Moved on late", "of these, after more than T"),
    counted("transferred_in", "Transferred in", "of the entered: by a transfer"),
    counted("transferred_out", "Transferred out", "handed over after an answer"),
    counted("ended", "Ended otherwise", "ended unanswered, not by leaving"),
    counted("waiting_end", "Waiting at end", "in the queue when the row ends"),
    counted("late_end", "Late at end", "of these, longer than T"),
    Column(
        "wait",
        "Wait avg",
        "duration",
        lambda p: p.mean("wait_sum_ms", "wait_n"),
        "entering to acceptance, of those answered in the row",
        "s",
    ),
    Column(
        "p50",
        "Wait p50",
        "duration",
        lambda p: p.percentile(0.5),
        "half waited no longer; from 20 answered on",
        "s",
    ),
    Column(
        "p90",
        "Wait p90",
        "duration",
        lambda p: p.percentile(0.9),
        "nine in ten waited no longer; from 20 answered on",
        "s",
    ),
    Column(
        "longest",
        "Wait max",
        "duration",
        lambda p: p.sums.get("wait_max_ms"),
        "of those answered in the row",
        "s",
    ),
    Column(
        "aht",
        "AHT",
        "duration",
        lambda p: handled(p, "talk_sum_ms", "wrap_sum_ms"),
        "acceptance to completion, of the legs completed in the row",
        "s",
    ),
    Column(
        "talk",
        "Talk",
        "duration",
        lambda p: handled(p, "talk_sum_ms"),
        "acceptance to wrap-up",
        "s",
    ),
    Column(
        "wrap",
        "Wrap",
        "duration",
        lambda p: handled(p, "wrap_sum_ms"),
        "wrap-up to completion",
        "s",
    ),
    counted("legs", "Legs", "handled parts of tasks completed in the row"),
)


def handled(period: Period, *sums: str) -> int | None:
    """Milliseconds per completed leg."""
    legs = period.count("legs")
    return sum(period.count(name) for name in sums) // legs if legs else None
