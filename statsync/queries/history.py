"""Rows of the past, by quarter of an hour or day: of one queue, or of all tasks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

from statsync import days, metrics, rollups
from statsync.days import Span
from statsync.metrics import Ratio
from statsync.models import (
    DirtyBucket,
    Event,
    QueueInterval,
    Resource,
    ServiceRule,
    Stay,
    Window,
    WorkflowInterval,
    Workspace,
)
from statsync.queries.boards import rule
from statsync.rollups import Row

FEW_FOR_PERCENTILE = 20
Gaps = Mapping[str, Sequence[Span]]
KEYS = {"workspace_id", "size", "queue_sid", "workflow_sid", "channel", "start_ms"}


@dataclass(frozen=True, slots=True)
class Period:
    """One row. `state`: "" counted, "open" not over, "unread" not read back yet,
    "lost" where TaskRouter forgot events before they were read.

    `sums` has the columns of models.rollups.Demand; times are ms.
    """

    start_ms: int
    end_ms: int
    state: str
    sums: Row
    level: Ratio

    def count(self, name: str) -> int:
        return self.sums.get(name) or 0

    def mean(self, total: str, n: str) -> int | None:
        """Milliseconds; None of nothing."""
        many = self.count(n)
        return self.count(total) // many if many else None

    def percentile(self, share: float) -> int | None:
        """Of the waits of those answered; None of fewer than twenty."""
        if self.count("wait_n") < FEW_FOR_PERCENTILE:
            return None
        waits = [self.count(f"wait_hist_{at:02}") for at in range(24)]
        return rollups.percentile(waits, share)

    @property
    def adds_up(self) -> bool:
        """waiting at start + entered = all that left + waiting at end."""
        left = ("answered", "abandoned", "short", "moved_on", "ended", "waiting_end")
        came = self.count("waiting_start") + self.count("entered")
        return came == sum(self.count(name) for name in left)


@dataclass(frozen=True, slots=True)
class Report:
    """`rows` in order of time, and all of them together."""

    rows: list[Period]
    total: Period
    rule: ServiceRule
    provisional: int
    "Events in the range that only a callback has told so far."


def today(workspace: Workspace, now_ms: int) -> date:
    return days.day_of(now_ms, *rule(workspace))


def local(ms: int, zone: str) -> datetime:
    return datetime.fromtimestamp(ms / 1000, ZoneInfo(zone))


def spans(workspace: Workspace, first: date, last: date, step: str) -> list[Span]:
    """`step`: day, or anything else for quarters of an hour."""
    whole = days.days(first, last, *rule(workspace))
    if step == "day":
        return whole
    return [quarter for day in whole for quarter in days.quarters(day)]


def queue_name(workspace: Workspace, sid: str) -> str | None:
    """Deleted ones too: history keeps the name."""
    rows = Resource.objects.filter(workspace=workspace, kind="task_queue", sid=sid)
    return rows.values_list("name", flat=True).first()


def report(
    workspace: Workspace, queue_sid: str, wanted: Sequence[Span], now_ms: int
) -> Report:
    """Queue sid "" counts tasks of the whole workspace. What is yet to come is left out."""
    past = [span for span in wanted if span[0] <= now_ms]
    whole = (wanted[0][0], max([wanted[0][1], *(end for _start, end in past)]))
    rules = Rules(workspace, queue_sid)
    found = intervals(workspace, queue_sid, whole)
    late = late_now(workspace, queue_sid, now_ms)
    gaps = gaps_in(workspace, whole)
    rows = [period(span, found, rules, late, gaps, now_ms) for span in past]
    return Report(
        rows,
        period(whole, found, rules, late, gaps, now_ms),
        rules.at("", whole[0]),
        provisional(workspace, whole),
    )


class Rules:
    """T, S, formula and target by channel and time, as dated."""

    def __init__(self, workspace: Workspace, queue_sid: str) -> None:
        own = ServiceRule.objects.filter(
            workspace=workspace, queue_sid__in=("", queue_sid)
        )
        # The last that fits wins: later before earlier, the queue's own, the channel's.
        self.rows = sorted(
            own, key=lambda one: (one.queue_sid != "", one.channel != "", one.from_ms)
        )

    def at(self, channel: str, ms: int) -> ServiceRule:
        fitting = [
            one
            for one in self.rows
            if one.from_ms <= ms and one.channel in ("", channel)
        ]
        return fitting[-1] if fitting else ServiceRule()


Found = dict[int, dict[str, Row]]
"Start of the quarter -> channel -> its sums."


def intervals(workspace: Workspace, queue_sid: str, whole: Span) -> Found:
    found: Found = defaultdict(dict)
    for row in demand(workspace, queue_sid, whole).values():
        sums = {name: value for name, value in row.items() if name not in KEYS}
        found[row["start_ms"]][row["channel"]] = sums
    return found


def demand(workspace: Workspace, queue_sid: str, whole: Span) -> QuerySet[Any]:
    of: dict[str, Any] = {
        "workspace": workspace,
        "size": 15,
        "start_ms__gte": whole[0],
        "start_ms__lt": whole[1],
    }
    if queue_sid:
        return QueueInterval.objects.filter(queue_sid=queue_sid, **of)
    return WorkflowInterval.objects.filter(workflow_sid="", channel="", **of)


def period(
    span: Span,
    found: Found,
    rules: Rules,
    late: dict[str, int],
    gaps: Gaps,
    now_ms: int,
) -> Period:
    """Quarters add up over time, then channels beside each other."""
    is_open = span[0] <= now_ms < span[1]
    starts = [at for at, _end in days.quarters(span) if at in found]
    channels = sorted({one for at in starts for one in found[at]})
    parts, part, of = [], 0, 0
    for channel in channels:
        sums = over_time(starts, found, channel)
        if is_open:
            sums["late_end"] = late.get(channel, 0)
        own = rules.at(channel, span[0])
        counts = counts_of(sums, sums["late_end"] or 0 if is_open else 0)
        level = metrics.service_level(own.formula, counts)
        part, of = part + level[0], of + level[1]
        parts.append(sums)
    hit = (name for name, spans in gaps.items() if touched(span, spans))
    state = next(hit, "open" if is_open else "")
    return Period(*span, state, rollups.beside(parts), (part, of))


def over_time(starts: Sequence[int], found: Found, channel: str) -> Row:
    """A quarter without a row is one in which nothing stood or happened."""
    sums = rollups.merge([found[at].get(channel, {}) for at in starts])
    for edge, at in (
        ("waiting_start", starts[0]),
        ("waiting_end", starts[-1]),
        ("late_end", starts[-1]),
    ):
        sums[edge] = found[at].get(channel, {}).get(edge) or 0
    return sums


def counts_of(sums: Row, late: int) -> metrics.Counts:
    names = ("answered", "answered_in_t", "abandoned", "abandoned_in_t", "short")
    made = {name: sums.get(name) or 0 for name in names}
    return metrics.Counts(**made, left_otherwise=sums.get("ended") or 0, late_now=late)


def late_now(workspace: Workspace, queue_sid: str, now_ms: int) -> dict[str, int]:
    """Waiting longer than T at this moment, by the channel of the row they count in."""
    waiting = Stay.objects.filter(workspace=workspace, direction="inbound")
    if queue_sid:
        own = waiting.filter(
            queue_sid=queue_sid, left_ms=None, entered_ms__lt=now_ms - F("t_ms")
        )
        channels = list(own.values_list("channel", flat=True))
    else:
        own = waiting.filter(nth=0, task_answered_ms=None, task_ended_ms=None).filter(
            task_created_ms__lt=now_ms - F("t_ms")
        )
        channels = [""] * own.count()
    counted: dict[str, int] = defaultdict(int)
    for channel in channels:
        counted[channel] += 1
    return counted


def gaps_in(workspace: Workspace, whole: Span) -> Gaps:
    """By state of a row, the worst first; what is to be counted again is unread too."""
    windows = Window.objects.filter(
        workspace=workspace, start_ms__lt=whole[1], end_ms__gt=whole[0]
    ).values_list("start_ms", "end_ms")
    dirty = DirtyBucket.objects.filter(
        workspace=workspace, start_ms__gte=whole[0], start_ms__lt=whole[1]
    ).values_list("start_ms", flat=True)
    counted_again = [(at, at + rollups.BUCKET_MS) for at in dirty]
    return {
        "lost": list(windows.filter(state="expired")),
        "unread": [*windows.filter(state="waiting"), *counted_again],
    }


def touched(span: Span, others: Iterable[Span]) -> bool:
    return any(start < span[1] and end > span[0] for start, end in others)


def provisional(workspace: Workspace, whole: Span) -> int:
    return Event.objects.filter(
        workspace=workspace,
        confirmed=False,
        ms__gte=whole[0],
        ms__lt=whole[1],
    ).count()
