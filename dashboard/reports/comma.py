"""A report as a CSV file, streamed row by row.

Text that a spreadsheet would run as a formula is led by an apostrophe. The last line says
how many rows there are, so that a file cut short can be told from a whole one.
"""

import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.reports.demand import COLUMNS, Column
from statsync.queries.history import Period, Report

ROWS_AT_ONCE = 200
LIVE_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: Any) -> Any:
    """Numbers stay numbers; strings stay strings, in a spreadsheet too."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(LIVE_FORMULA):
        return f"'{value}"
    return value


def line(values: Iterable[Any]) -> str:
    text = StringIO()
    csv.writer(text).writerow([cell(one) for one in values])
    return text.getvalue()


def heads() -> list[str]:
    names = ["from", "to", "state"]
    for one in COLUMNS:
        if one.format == "percent":
            names += [f"{one.head} in time", f"{one.head} of"]
        else:
            names.append(f"{one.head} ({one.unit})" if one.unit else one.head)
    return names


def values(period: Period, zone: ZoneInfo) -> list[Any]:
    row: list[Any] = [moment(period.start_ms, zone), moment(period.end_ms, zone)]
    row.append(period.state or "counted")
    for one in COLUMNS:
        row += raw(one, period)
    return row


def raw(column: Column, period: Period) -> Sequence[Any]:
    """Durations in seconds, ratios as their two parts."""
    value = column.of(period)
    if column.format == "percent":
        return list(value)
    if column.format == "duration":
        return [None if value is None else round(value / 1000, 3)]
    return [value]


def moment(ms: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(ms / 1000, zone).isoformat()


async def lines(name: str, report: Report, zone: str, rule: str) -> AsyncIterator[str]:
    """The whole file, some rows at a time."""
    place = ZoneInfo(zone)
    yield "\ufeff" + line(["queue", name]) + line(["zone", zone])
    yield line(["service level", rule]) + line(heads())
    for at in range(0, len(report.rows), ROWS_AT_ONCE):
        some = report.rows[at : at + ROWS_AT_ONCE]
        yield "".join(line(values(one, place)) for one in some)
    total = values(report.total, place)
    yield line([*total[:2], "total", *total[3:]])
    yield line(["end of report", f"{len(report.rows)} rows"])
