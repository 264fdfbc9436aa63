"""Ours against the machine's own limit, interleaved, so that noise hits both."""

import statistics
import time
from collections.abc import Callable

ROUNDS = 7
Work = Callable[[], None]


def seconds(work: Work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compare(
    ours: Work, limit: Work, before: Work, rounds: int = ROUNDS
) -> tuple[list[float], list[float]]:
    """Seconds of each round; `before` makes the ground ready and is not counted."""
    mine, theirs = [], []
    for _ in range(rounds):
        before()
        mine.append(seconds(ours))
        before()
        theirs.append(seconds(limit))
    return mine, theirs


def told(name: str, mine: list[float], theirs: list[float], units: int, of: str) -> str:
    ratios = sorted(b / a for a, b in zip(mine, theirs, strict=True))
    rate, best = units / statistics.median(mine), units / statistics.median(theirs)
    return (
        f"{name}  ours {rate:,.0f} {of}/s, limit {best:,.0f} {of}/s, "
        f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
    )
