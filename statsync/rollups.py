"""Facts to rows of 15 minutes: cutting at edges, adding up, merging histograms.

Everything is additive but what stands at an edge. In every row waiting_start + entered =
answered + abandoned + short + moved_on + ended + waiting_end.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from statsync.timelines import Offer, Spell, Stay

BUCKET_MS = 900_000
BANDS = (
    *(5, 10, 15, 20, 30, 45, 60, 90),
    *(120, 180, 240, 300, 420, 600, 900, 1200),
    *(1800, 2700, 3600, 7200, 14400, 28800, 86400),
)
"Upper edges of the bands in seconds; one more band lies above."
Row = dict[str, int | None]
Interval = tuple[int, int]


def bucket_of(ms: int) -> int:
    return ms - ms % BUCKET_MS


def buckets_between(start: int, end: int) -> list[int]:
    """Every bucket that [start, end] touches."""
    return list(range(bucket_of(start), bucket_of(end) + 1, BUCKET_MS))


def band(ms: int) -> int:
    return bisect_left(BANDS, ms / 1000)


def percentile(histogram: Sequence[int], share: float) -> int | None:
    """Milliseconds at a share (0.9 for p90), even inside its band; None where empty."""
    wanted, before = sum(histogram) * share, 0
    for at, count in enumerate(histogram):
        if count and before + count >= wanted:
            low = BANDS[at - 1] if at else 0
            high = BANDS[at] if at < len(BANDS) else BANDS[-1]
            return int(1000 * (low + (high - low) * (wanted - before) / count))
        before += count
    return None


# Demand


@dataclass(slots=True)
class DemandFacts:
    """What one queue's and channel's rows are made of."""

    stays: list[Stay] = field(default_factory=list)
    legs: list[Offer] = field(default_factory=list)
    handed_over: list[Stay] = field(default_factory=list)
    "Stays elsewhere that began by a transfer from here."


def demand_row(facts: DemandFacts, start: int, end: int) -> Row:
    """One queue and channel in [start, end)."""
    row: Row = defaultdict(int)
    row["wait_max_ms"] = row["handle_max_ms"] = None
    for stay in facts.stays:
        if stay.direction == "inbound":
            count_stay(row, stay, start, end)
    for stay in facts.handed_over:
        begun = stay.direction == "inbound" and start <= stay.entered_ms < end
        add(row, "transferred_out", begun)
    for leg in facts.legs:
        if leg.completed_ms is not None and start <= leg.completed_ms < end:
            count_leg(row, leg)
    return dict(row)


def count_stay(row: Row, stay: Stay, start: int, end: int) -> None:
    left = stay.left_ms
    if stay.entered_ms < start and (left is None or left >= start):
        add(row, "waiting_start")
    if start <= stay.entered_ms < end:
        add(row, "entered")
        add(row, "transferred_in", stay.how == "transferred")
    if stay.entered_ms < end and (left is None or left >= end):
        add(row, "waiting_end")
        add(row, "late_end", end - stay.entered_ms > stay.t_ms)
    if left is not None and start <= left < end:
        count_leaving(row, stay, left - stay.entered_ms)


def count_leaving(row: Row, stay: Stay, wait: int) -> None:
    in_t = wait <= stay.t_ms
    if stay.outcome == "answered":
        add(row, "answered")
        add(row, "answered_in_t", in_t)
        add(row, "wait_sum_ms", wait)
        add(row, "wait_n")
        add(row, f"wait_hist_{band(wait):02}")
        raise_to(row, "wait_max_ms", wait)
    elif stay.outcome == "abandoned":
        add(row, "short" if wait <= stay.s_ms else "abandoned")
        add(row, "abandoned_in_t", in_t)
    elif stay.outcome == "moved on":
        add(row, "moved_on")
        add(row, "moved_on_late", not in_t)
    else:
        add(row, "ended")
        add(row, "callback", stay.cause == "callback")


def count_leg(row: Row, leg: Offer) -> None:
    assert leg.completed_ms is not None
    assert leg.ended_ms is not None
    wrap = leg.wrap_ms if leg.wrap_ms is not None else leg.completed_ms
    handle = leg.completed_ms - leg.ended_ms
    add(row, "legs")
    add(row, "talk_sum_ms", wrap - leg.ended_ms)
    add(row, "wrap_sum_ms", leg.completed_ms - wrap)
    add(row, f"handle_hist_{band(handle):02}")
    raise_to(row, "handle_max_ms", handle)


def add(row: Row, name: str, by: int = 1) -> None:
    row[name] = (row[name] or 0) + int(by)


def raise_to(row: Row, name: str, value: int) -> None:
    row[name] = max(row[name] or 0, value)


MAXIMA = {"wait_max_ms", "handle_max_ms"}
EDGES = {"waiting_start": "first", "waiting_end": "last", "late_end": "last"}


def merge(rows: Sequence[Mapping[str, int | None]]) -> Row:
    """Rows of one subject, in order of time, to one row over all of them."""
    total: Row = {}
    for row in rows:
        for name, value in row.items():
            total[name] = merged(name, total.get(name), value, name in total)
    return total


def beside(rows: Iterable[Mapping[str, int | None]]) -> Row:
    """Rows of one period and several channels to one: what stands at an edge adds up."""
    total: Row = {}
    for row in rows:
        for name, value in row.items():
            if name in MAXIMA:
                total[name] = merged(name, total.get(name), value, True)
            else:
                total[name] = (total.get(name) or 0) + (value or 0)
    return total


def merged(name: str, so_far: int | None, value: int | None, known: bool) -> int | None:
    if name in MAXIMA:
        return max((one for one in (so_far, value) if one is not None), default=None)
    edge = EDGES.get(name)
    if edge is not None:
        return so_far if edge == "first" and known else value
    return (so_far or 0) + (value or 0)


def whole_tasks(stays: Iterable[Stay]) -> list[Stay]:
    """The task as one stay: from creation to first answer or end (for workspace rows).

    Give it the stays with nth 0, which carry their task.
    """
    return [task_as_stay(stay) for stay in stays if stay.nth == 0]


def task_as_stay(stay: Stay) -> Stay:
    left = stay.task_answered_ms
    left = stay.task_ended_ms if left is None else left
    return Stay(
        task_sid=stay.task_sid,
        nth=0,
        queue_sid="",
        workflow_sid=stay.workflow_sid,
        channel=stay.channel,
        direction=stay.direction,
        priority=stay.priority,
        how="new",
        entered_ms=stay.task_created_ms,
        t_ms=stay.t_ms,
        s_ms=stay.s_ms,
        left_ms=left,
        outcome=stay.task_outcome if left is not None else "",
        cause=stay.task_cause,
    )


# Agent time


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """What one worker's row is made of; spells and offers may reach over its edges."""

    spells: Sequence[Spell]
    offers: Sequence[Offer]


def worker_row(
    facts: WorkerFacts,
    kinds: Mapping[str, str],
    busy: frozenset[str] | None,
    start: int,
    end: int,
) -> Row:
    """`kinds`: activity sid to ready, offline or anything else (away). `busy`: channels
    that count as handling; None counts all. Each second falls in one of four: away,
    handling, ringing, idle."""
    window = (start, end)
    ready = spans(facts.spells, kinds, window, {"ready"})
    signed = spans(facts.spells, kinds, window, None)
    away = minus(signed, ready)
    tasks = cuts(leg_spans(facts.offers, busy, end), window)
    in_hand = union(tasks)
    handling = within(in_hand, ready)
    ringing = minus(
        within(union(cuts(rings(facts.offers, end), window)), ready), handling
    )
    row: Row = {
        "signed_in_ms": length(signed),
        "away_ms": length(away),
        "handling_ms": length(handling),
        # Also what goes on after signing out.
        "while_away_ms": length(minus(in_hand, ready)),
        "task_ms": sum(length(within([span], ready)) for span in tasks),
        "ringing_ms": length(ringing),
        "idle_ms": length(minus(minus(ready, handling), ringing)),
    }
    return {**row, **counted(facts.offers, start, end)}


def cuts(found: Iterable[Interval], window: Interval) -> list[Interval]:
    """What of each lies in the window."""
    return [span for span in (cut(one, window) for one in found) if span]


def within(found: list[Interval], bounds: list[Interval]) -> list[Interval]:
    """What of each lies inside the bounds."""
    return minus(found, minus(found, bounds))


def touching(facts: WorkerFacts, start: int, end: int) -> WorkerFacts:
    """Only what reaches into [start, end)."""
    return WorkerFacts(
        [
            one
            for one in facts.spells
            if one.started_ms < end and (one.ended_ms is None or one.ended_ms > start)
        ],
        [
            one
            for one in facts.offers
            if one.offered_ms < end
            and ((last := last_of(one)) is None or last >= start)
        ],
    )


def last_of(offer: Offer) -> int | None:
    """When nothing more can happen to an offer; None while it is open."""
    return offer.completed_ms if offer.outcome == "accepted" else offer.ended_ms


def counted(offers: Iterable[Offer], start: int, end: int) -> Row:
    """Offers count when made, outcomes when they come, legs when completed."""
    row: Row = defaultdict(int)
    for offer in offers:
        if start <= offer.offered_ms < end:
            add(row, "offers")
        if offer.ended_ms is not None and start <= offer.ended_ms < end:
            add(row, offer.outcome)
        if offer.completed_ms is not None and start <= offer.completed_ms < end:
            wrap = offer.wrap_ms if offer.wrap_ms is not None else offer.completed_ms
            add(row, "legs")
            add(row, "talk_sum_ms", wrap - (offer.ended_ms or wrap))
            add(row, "wrap_sum_ms", offer.completed_ms - wrap)
    return dict(row)


def spans(
    spells: Iterable[Spell],
    kinds: Mapping[str, str],
    window: Interval,
    wanted: set[str] | None,
) -> list[Interval]:
    """Time in activities of these kinds; None: all that count as signed in."""
    found = []
    for spell in spells:
        kind = kinds.get(spell.activity_sid, "")
        if kind != "offline" if wanted is None else kind in wanted:
            ended = window[1] if spell.ended_ms is None else spell.ended_ms
            span = cut((spell.started_ms, ended), window)
            found += [span] if span else []
    return union(found)


def leg_spans(
    offers: Iterable[Offer], busy: frozenset[str] | None, end: int
) -> list[Interval]:
    return [
        (offer.ended_ms, end if offer.completed_ms is None else offer.completed_ms)
        for offer in offers
        if offer.outcome == "accepted"
        and offer.ended_ms is not None
        and (busy is None or offer.channel in busy)
    ]


def rings(offers: Iterable[Offer], end: int) -> list[Interval]:
    return [
        (one.offered_ms, end if one.ended_ms is None else one.ended_ms)
        for one in offers
    ]


def cut(span: Interval, window: Interval) -> Interval | None:
    start, end = max(span[0], window[0]), min(span[1], window[1])
    return (start, end) if end > start else None


def union(found: Sequence[Interval]) -> list[Interval]:
    """Sorted and without overlaps."""
    merged: list[Interval] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def minus(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """What of `left` (without overlaps) lies outside of `right` (likewise)."""
    result: list[Interval] = []
    for start, end in left:
        for first, last in right:
            if last <= start or first >= end:
                continue
            if first > start:
                result.append((start, first))
            start = max(start, last)
        if start < end:
            result.append((start, end))
    return result


def length(found: Iterable[Interval]) -> int:
    return sum(end - start for start, end in found)


def effort(legs: Sequence[Offer]) -> dict[str, int]:
    """Reservation sid to ms: each second shared among the tasks held at the same time."""
    held = [
        (leg.ended_ms, leg.completed_ms, leg.sid)
        for leg in legs
        if leg.ended_ms is not None and leg.completed_ms is not None
    ]
    edges = sorted({ms for start, end, _ in held for ms in (start, end)})
    shares: dict[str, float] = defaultdict(float)
    for start, end in pairwise(edges):
        now = [sid for first, last, sid in held if first <= start and end <= last]
        for sid in now:
            shares[sid] += (end - start) / len(now)
    return {sid: round(ms) for sid, ms in shares.items()}
