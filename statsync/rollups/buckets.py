"""Quarters of an hour, and the rows of numbers that stand for them."""

BUCKET_MS = 900_000
Row = dict[str, int | None]


def bucket_of(ms: int) -> int:
    return ms - ms % BUCKET_MS


def buckets_between(start: int, end: int) -> list[int]:
    """Every bucket that [start, end] touches."""
    return list(range(bucket_of(start), bucket_of(end) + 1, BUCKET_MS))


def add(row: Row, name: str, by: int = 1) -> None:
    row[name] = (row[name] or 0) + int(by)


def raise_to(row: Row, name: str, value: int) -> None:
    row[name] = max(row[name] or 0, value)
