"""Spells and offers to rows of agent time, each second once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from statsync.rollups.buckets import Row, add
from statsync.rollups.spans import Interval, cut, cuts, length, minus, union, within
from statsync.timelines import Dated, Offer, Spell, in_force


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """What one worker's row is made of; spells and offers may reach over its edges."""

    spells: Sequence[Spell]
    offers: Sequence[Offer]


def worker_row(
    facts: WorkerFacts,
    kinds: Mapping[str, Dated],
    deferred: Set[str],
    start: int,
    end: int,
) -> Row:
    """`kinds`: activity sid to ready, offline or anything else (away). `deferred`:
    channels that do not count as handling. Each second falls in one of four: away,
    handling, ringing, idle."""
    window = (start, end)
    ready = spans(facts.spells, kinds, window, {"ready"})
    signed = spans(facts.spells, kinds, window, None)
    away = minus(signed, ready)
    tasks = cuts(leg_spans(facts.offers, deferred, end), window)
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
    kinds: Mapping[str, Dated],
    window: Interval,
    wanted: set[str] | None,
) -> list[Interval]:
    """Time in activities of these kinds; None: all that count as signed in."""
    found: list[Interval] = []
    for spell in spells:
        ended = window[1] if spell.ended_ms is None else spell.ended_ms
        lived = cut((spell.started_ms, ended), window)
        if lived:
            found += [
                span
                for span, kind in of_kinds(lived, kinds.get(spell.activity_sid, ()))
                if (kind != "offline" if wanted is None else kind in wanted)
            ]
    return union(found)


def of_kinds(span: Interval, kinds: Dated) -> Iterable[tuple[Interval, str | None]]:
    """Cut where the activity became another kind."""
    start, end = span
    edges = [start, *(ms for ms, _ in kinds if start < ms < end), end]
    return [(piece, in_force(kinds, piece[0])) for piece in pairwise(edges)]


def leg_spans(offers: Iterable[Offer], deferred: Set[str], end: int) -> list[Interval]:
    return [
        (offer.ended_ms, end if offer.completed_ms is None else offer.completed_ms)
        for offer in offers
        if offer.outcome == "accepted"
        and offer.ended_ms is not None
        and offer.channel not in deferred
    ]


def rings(offers: Iterable[Offer], end: int) -> list[Interval]:
    return [
        (one.offered_ms, end if one.ended_ms is None else one.ended_ms)
        for one in offers
    ]


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
