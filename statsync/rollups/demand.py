"""Stays and legs to rows of demand; of one queue, or with whole tasks as stays."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from statsync.rollups.buckets import Row, add, raise_to
from statsync.rollups.histograms import band
from statsync.timelines import Offer, Stay


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
