"""Rows added up over time, and beside each other."""

from collections.abc import Iterable, Mapping, Sequence

from statsync.rollups.buckets import Row

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
