"""The table of metrics: name, unit, formula in words, and how two values combine.

Every number on a screen is made of these. An empty whole is no number at all, never 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Combine = Literal["sum", "max", "ratio", "histogram", "last"]
Ratio = tuple[int, int]
"Part and whole."


@dataclass(frozen=True, slots=True)
class Metric:
    name: str
    unit: Literal["count", "ms", "%", "workers"]
    formula: str
    combine: Combine


METRICS: dict[str, Metric] = {
    "waiting": Metric("Waiting", "count", "in a queue and not answered now", "last"),
    "longest": Metric("Longest", "ms", "age of the one who waits longest", "max"),
    "late": Metric(
        "Late", "count", "waiting longer than T of queue and channel", "last"
    ),
    "entered": Metric("Entered", "count", "stays begun in the period", "sum"),
    "answered": Metric("Answered", "count", "stays ended by an acceptance", "sum"),
    "abandoned": Metric("Abandoned", "count", "customer left after more than S", "sum"),
    "short": Metric("Short", "count", "customer left within S", "sum"),
    "moved_on": Metric("Moved on", "count", "went to another queue unanswered", "sum"),
    "ended": Metric(
        "Ended otherwise", "count", "ended unanswered, not by leaving", "sum"
    ),
    "service_level": Metric(
        "Service level", "%", "chosen formula of queue and channel", "ratio"
    ),
    "abandon_rate": Metric(
        "Abandoned",
        "%",
        "abandoned ÷ (answered + abandoned), short ones left out",
        "ratio",
    ),
    "wait_avg": Metric("Wait", "ms", "entering to acceptance ÷ answered", "ratio"),
    "wait_p90": Metric("Wait p90", "ms", "from the merged histogram", "histogram"),
    "aht": Metric("AHT", "ms", "acceptance to completion ÷ legs completed", "ratio"),
    "talk": Metric("Talk", "ms", "acceptance to wrap-up ÷ legs completed", "ratio"),
    "wrap": Metric("Wrap", "ms", "wrap-up to completion ÷ legs completed", "ratio"),
    "occupancy": Metric(
        "Occupancy", "%", "handling ÷ (handling + ringing + idle)", "ratio"
    ),
    "concurrency": Metric("Concurrency", "count", "task time ÷ handling", "ratio"),
    "free": Metric(
        "Free", "workers", "ready, nothing in hand, nothing offered", "last"
    ),
    "ready": Metric("Ready", "workers", "in an activity that takes tasks", "last"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What a service level is made of, over one period."""

    answered: int = 0
    answered_in_t: int = 0
    abandoned: int = 0
    "More than S."
    abandoned_in_t: int = 0
    "Within T, short ones included."
    short: int = 0
    left_otherwise: int = 0
    late_now: int = 0
    "Only where the period ends now."


def of_target(c: Counts) -> Ratio:
    return c.answered_in_t, c.answered + c.abandoned + c.late_now


def of_all_abandons(c: Counts) -> Ratio:
    return c.answered_in_t, c.answered + c.abandoned + c.short + c.late_now


def of_left_in_time(c: Counts) -> Ratio:
    part = c.answered_in_t + c.abandoned_in_t
    return part, c.answered + c.abandoned + c.short + c.left_otherwise + c.late_now


def of_answered(c: Counts) -> Ratio:
    return c.answered_in_t, c.answered


FORMULAS: dict[str, Callable[[Counts], Ratio]] = {
    "target": of_target,
    "all abandons": of_all_abandons,
    "left in time": of_left_in_time,
    "of answered": of_answered,
}
FORMULA_WORDS = {
    "target": "answered within T ÷ (answered + abandoned after S + late now)",
    "all abandons": "answered within T ÷ (answered + all abandoned + late now)",
    "left in time": "(answered + abandoned within T) ÷ (all that left + late now)",
    "of answered": "answered within T ÷ answered; ignores abandoned",
}


def service_level(formula: str, counts: Counts) -> Ratio:
    """Part and whole by one of the four formulas (boards.md 1.2)."""
    return FORMULAS[formula](counts)


Level = Literal["", "watch", "act"]
FEW = 10


def level(ratio: Sequence[int], watch_below: int, act_below: int) -> Level:
    """A service level's level in percent; too few to judge have none.

    Ten or more that all failed are judged even when nobody has been answered yet.
    """
    part, whole = ratio
    if whole < FEW:
        return ""
    percent = 100 * part / whole
    if percent < act_below:
        return "act"
    return "watch" if percent < watch_below else ""
