"""Figures of the boards, for Plotly; alone in Python in knowing it.

Colours are names of tokens ("var(--accent)"): charts.js puts the theme's values there. A
trace's `meta` names its series and which part of it is drawn, "closed" intervals or the
"present" one, dotted; the browser fills it again when an interval changes.
The x axis is ms since 1970 and its labels are the hours of the reporting zone, so that
a day of 23 or 25 hours is drawn as long as it is, with the repeated hour named.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from dashboard import boards, numbers

HOUR_MS = 3_600_000
EVERY_HOURS = 2
Figure = dict[str, Any]


def service_level(
    series: Sequence[boards.Row], zone: str, start: int, target: int
) -> Figure:
    """Per 15 minutes of today, in percent, against the target."""
    figure = day(zone, start)
    figure.add_traces(line(series, "sl", "service level", " %"))
    percentages(figure, target)
    return plain(figure)


def demand(series: Sequence[boards.Row], zone: str, start: int) -> Figure:
    """Who entered, and who still waited at the end of each 15 minutes."""
    figure = day(zone, start)
    figure.add_trace(
        go.Bar(
            **spots(series, "entered"),
            name="entered",
            meta={"series": "entered", "part": "all"},
            marker={"color": "var(--bar)"},
            hovertemplate="%{y} entered<extra></extra>",
        )
    )
    figure.add_traces(line(series, "waiting_end", "waiting at end", " waiting"))
    figure.update_yaxes(rangemode="tozero")
    return plain(figure)


Measured = Sequence[tuple[int, int, Any]]
"Start and end in ms, and a value: a ratio [part, whole] or milliseconds, or None."


def levels(
    series: Measured, zone: str, whole: tuple[int, int], target: int, now: int
) -> Figure:
    """Service level of each row of a report, in percent."""
    figure = span(zone, whole)
    shares = [
        (start, end, 100 * part / of if of else None)
        for start, end, (part, of) in series
    ]
    figure.add_traces(reported(shares, "service level", "%{y:.0f} %", now))
    percentages(figure, target)
    return plain(figure)


def waits(
    average: Measured, longest: Measured, zone: str, whole: tuple[int, int], now: int
) -> Figure:
    """How long those answered had waited."""
    figure = span(zone, whole)
    for series, name, colour in (
        (longest, "longest", "var(--ink-3)"),
        (average, "average", "var(--accent)"),
    ):
        figure.add_traces(reported(series, name, "%{customdata} " + name, now, colour))
    durations(figure, max((ms for *_, ms in longest if ms is not None), default=0))
    return plain(figure)


STEPS_MS = [
    *(1_000, 2_000, 5_000, 10_000, 15_000, 30_000),
    *(60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 14_400_000),
]
MOST_MARKS = 5


def durations(figure: go.Figure, top: int) -> None:
    """An axis from 0 in minutes and seconds, with marks at round ones."""
    step = next((one for one in STEPS_MS if top <= one * MOST_MARKS), STEPS_MS[-1])
    marks = range(0, top + step, step)
    figure.update_yaxes(
        range=[0, max(step, top) * 1.04],
        tickvals=list(marks),
        ticktext=[numbers.duration(ms) for ms in marks],
    )


def reported(
    series: Measured, name: str, hover: str, now: int, colour: str = "var(--accent)"
) -> list[go.Scatter]:
    """Rows that are over in one line, and a dotted one from the row that is not back
    to the last of them."""
    over = sum(end <= now for _start, end, _value in series)
    closed, present = series[:over], series[over : over + 1]
    if present:
        present = [*present, *closed[-1:]]
    words = hover + "<extra></extra>"
    return [
        stroke(
            {
                "x": [(start + end) // 2 for start, end, _value in part],
                "y": [value for _start, _end, value in part],
                "customdata": [said(value) for *_, value in part],
            },
            name,
            words,
            dotted=part is present,
            colour=colour,
        )
        for part in (closed, present)
    ]


def said(ms: float | None) -> str | None:
    return None if ms is None else numbers.duration(int(ms))


def stroke(
    spots: dict[str, list[Any]],
    name: str,
    hover: str,
    dotted: bool,
    colour: str = "var(--accent)",
) -> go.Scatter:
    """A line; a dotted one ends where another does, so its second point says nothing."""
    return go.Scatter(
        **spots,
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 2, "dash": "dot" if dotted else "solid"},
        marker={"size": 4},
        connectgaps=False,
        hoverinfo=["all", "skip"] if dotted else "all",
        hovertemplate=["so far " + hover, ""] if dotted else hover,
    )


def percentages(figure: go.Figure, target: int) -> None:
    """A fixed axis from 0 to 100, and the target as a dashed line with its name."""
    figure.update_yaxes(range=[0, 104], tickvals=[0, 20, 40, 60, 80, 100])
    figure.add_hline(
        y=target,
        line={"color": "var(--ink-3)", "width": 1, "dash": "dash"},
        annotation={
            "text": f"target {target}",
            "font": {"color": "var(--ink-2)", "size": 12},
            # Read also where the curve runs behind it.
            "bgcolor": "var(--surface)",
        },
        annotation_position="top right",
    )


def line(
    series: Sequence[boards.Row], key: str, name: str, unit: str
) -> list[go.Scatter]:
    """The intervals that are over, and the present one dotted."""
    hover = "%{y:.0f}" + unit + "<extra></extra>"
    return [
        stroke(spots(rows, key), name, hover, dotted=part == "present").update(
            meta={"series": key, "part": part}
        )
        for part, rows in (("closed", series[:-1]), ("present", series[-2:][::-1]))
    ]


QUARTER_MS = 900_000


def spots(series: Sequence[boards.Row], key: str) -> dict[str, list[Any]]:
    """A point stands in the middle of its interval."""
    return {
        "x": [row["start"] + QUARTER_MS // 2 for row in series],
        "y": boards.points(series, key),
    }


def day(zone: str, start: int) -> go.Figure:
    """An empty figure whose x axis is the day that begins at `start`."""
    marks = hours(zone, start)
    return empty((start, marks[-1][0]), marks[::EVERY_HOURS])


LONGEST_DAY_MS = 26 * HOUR_MS


def span(zone: str, whole: tuple[int, int]) -> go.Figure:
    """An empty figure over a day, or over several with a mark at each one's start."""
    start, end = whole
    if end - start <= LONGEST_DAY_MS:
        return day(zone, start)
    place, days, at = ZoneInfo(zone), [], start
    while at < end:
        days.append((at, datetime.fromtimestamp(at / 1000, UTC).astimezone(place)))
        at = hours(zone, at)[-1][0]
    figure = empty(whole, dated(days[:: 1 + len(days) // MOST_DAYS]))
    return figure.update_layout(margin_b=TWO_LINES)


MOST_DAYS = 10
TWO_LINES = 40
"Pixels below the chart."


def dated(days: list[tuple[int, datetime]]) -> list[tuple[int, str]]:
    """The month is named below its first mark: narrow marks fit in a small window."""
    months = [0, *(day.month for _ms, day in days)]
    return [
        (ms, f"{day:%d}" if day.month == before else f"{day:%d<br>%b}")
        for (ms, day), before in zip(days, months, strict=False)
    ]


def empty(reach: tuple[int, int], marks: Sequence[tuple[int, str]]) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        template=None,
        margin={"l": 40, "r": 16, "t": 8, "b": 24},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={
            "family": "Inter, system-ui, sans-serif",
            "size": 12,
            "color": "var(--ink-3)",
        },
        hovermode="x",
        hoverlabel={
            "bgcolor": "var(--raised)",
            "bordercolor": "var(--line)",
            "font": {"color": "var(--ink)"},
        },
        showlegend=False,
        dragmode=False,
        bargap=0.2,
        xaxis={
            "range": list(reach),
            "tickvals": [ms for ms, _word in marks],
            "ticktext": [word for _ms, word in marks],
            "tickangle": 0,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "linecolor": "var(--line)",
        },
        yaxis={"gridcolor": "var(--line)", "zeroline": False, "fixedrange": True},
    )
    return figure


@cache
def hours(zone: str, start: int) -> list[tuple[int, str]]:
    """(ms, label) of every hour from the day's start to the next day's, 24 to 26 of
    them; where an hour comes twice, both are named with their zone's abbreviation."""
    place = ZoneInfo(zone)
    first = datetime.fromtimestamp(start / 1000, UTC).astimezone(place)
    marks = []
    for n in range(27):
        ms = start + n * HOUR_MS
        at = datetime.fromtimestamp(ms / 1000, UTC).astimezone(place)
        marks.append((ms, at))
        if at.date() > first.date() and (at.hour, at.minute) >= (
            first.hour,
            first.minute,
        ):
            break
    words = [at.strftime("%H") for _ms, at in marks[:-1]]
    return [
        (
            ms,
            at.strftime("%H %Z")
            if words.count(at.strftime("%H")) > 1
            else at.strftime("%H"),
        )
        for ms, at in marks
    ]


def plain(figure: go.Figure) -> Figure:
    """As JSON-ready dicts, without Plotly's own defaults."""
    made: Figure = figure.to_plotly_json()
    return made
