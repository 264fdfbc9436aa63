"""Days of a reporting zone: 23, 24 or 25 hours long, beginning when the workspace says."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from statsync.rollups import BUCKET_MS

Span = tuple[int, int]
"Start and end in ms, the end not included."


def day_of(ms: int, zone: str, start_minutes: int) -> date:
    """The day that holds this moment."""
    local = datetime.fromtimestamp(ms / 1000, ZoneInfo(zone))
    return (local.replace(tzinfo=None) - timedelta(minutes=start_minutes)).date()


def start_of(day: date, zone: str, start_minutes: int) -> int:
    naive = datetime(day.year, day.month, day.day) + timedelta(minutes=start_minutes)  # noqa: DTZ001 - wall clock, the zone follows
    return int(naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).timestamp() * 1000)


def span_of(day: date, zone: str, start_minutes: int) -> Span:
    following = day + timedelta(days=1)
    return (
        start_of(day, zone, start_minutes),
        start_of(following, zone, start_minutes),
    )


def days(first: date, last: date, zone: str, start_minutes: int) -> list[Span]:
    """Each day from the first to the last, both included."""
    many = (last - first).days + 1
    return [
        span_of(first + timedelta(days=n), zone, start_minutes) for n in range(many)
    ]


def quarters(span: Span) -> list[Span]:
    """The quarters of an hour that lie in it."""
    return [(at, at + BUCKET_MS) for at in range(*span, BUCKET_MS)]
