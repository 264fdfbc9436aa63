"""Figures of the boards, for Plotly; alone in Python in knowing it.

Colours are names of tokens ("var(--accent)"): charts.js puts the theme's values there. A
trace's `meta` names its series; the browser fills it again when an interval changes.
The x axis is ms since 1970 and its labels are the hours of the reporting zone, so that
a day of 23 or 25 hours is drawn as long as it is, with the repeated hour named.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from dashboard import boards

HOUR_MS = 3_600_000
EVERY_HOURS = 2
Figure = dict[str, Any]


def service_level(
    series: Sequence[boards.Row], zone: str, start: int, target: int
) -> Figure:
    """Per 15 minutes of today, in percent, against the target."""
    figure = day(zone, start)
    figure.add_trace(line(series, "sl", "service level", " %"))
    figure.update_yaxes(range=[0, 104], tickvals=[0, 20, 40, 60, 80, 100])
    figure.add_hline(
        y=target,
        line={"color": "var(--ink-3)", "width": 1, "dash": "dash"},
        annotation={
            "text": f"target {target}",
            "font": {"color": "var(--ink-2)", "size": 12},
        },
        annotation_position="top right",
    )
    return plain(figure)


def demand(series: Sequence[boards.Row], zone: str, start: int) -> Figure:
    """Who entered, and who still waited at the end of each 15 minutes."""
    figure = day(zone, start)
    figure.add_trace(
        go.Bar(
            **spots(series, "entered"),
            name="entered",
            meta="entered",
            marker={"color": "var(--bar)"},
            hovertemplate="%{y} entered<extra></extra>",
        )
    )
    figure.add_trace(line(series, "waiting_end", "waiting at end", " waiting at end"))
    figure.update_yaxes(rangemode="tozero")
    return plain(figure)


def line(series: Sequence[boards.Row], key: str, name: str, unit: str) -> go.Scatter:
    return go.Scatter(
        **spots(series, key),
        name=name,
        meta=key,
        mode="lines+markers",
        line={"color": "var(--accent)", "width": 2},
        marker={"size": 4},
        connectgaps=False,
        hovertemplate="%{y:.0f}" + unit + "<extra></extra>",
    )


QUARTER_MS = 900_000


def spots(series: Sequence[boards.Row], key: str) -> dict[str, list[Any]]:
    """A point stands in the middle of its interval."""
    return {
        "x": [row["start"] + QUARTER_MS // 2 for row in series],
        "y": boards.points(series, key),
    }


def day(zone: str, start: int) -> go.Figure:
    """An empty figure whose x axis is the day that begins at `start`."""
    figure = go.Figure()
    marks = hours(zone, start)
    figure.update_layout(
        template=None,
        margin={"l": 32, "r": 56, "t": 8, "b": 24},
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
            "range": [start, marks[-1][0]],
            "tickvals": [ms for ms, _word in marks[::EVERY_HOURS]],
            "ticktext": [word for _ms, word in marks[::EVERY_HOURS]],
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
