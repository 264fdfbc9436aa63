"""Stretches of time: cutting, joining, taking away."""

from collections.abc import Iterable, Sequence

Interval = tuple[int, int]


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


def cuts(found: Iterable[Interval], window: Interval) -> list[Interval]:
    """What of each lies in the window."""
    return [span for span in (cut(one, window) for one in found) if span]


def within(found: list[Interval], bounds: list[Interval]) -> list[Interval]:
    """What of each lies inside the bounds."""
    return minus(found, minus(found, bounds))
