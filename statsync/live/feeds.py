"""Feed rows: how fresh each source is, and how far back-filling has come."""

from statsync.live.shapes import FeedRow
from statsync.live.table import Draft
from statsync.models import FeedHealth, Window, Workspace

EXPECTED_SECONDS = {
    "callback": 0,
    "events": 2,
    "realtime": 5,
    "cumulative": 60,
    "resources": 60,
    "backfill": 0,
}
DAY_MS = 86_400_000


def feed_rows(workspace: Workspace) -> dict[str, Draft]:
    known = {one.feed: one for one in FeedHealth.objects.filter(workspace=workspace)}
    rows: dict[str, Draft] = {}
    for feed, expected in EXPECTED_SECONDS.items():
        health = known.get(feed)
        row: FeedRow = {
            "ok": health.ok_ms if health else 0,
            "expected_s": expected,
            "error": health.error if health else "",
            "progress": progress(workspace) if feed == "backfill" else "",
        }
        rows[feed] = Draft(dict(row))
    return rows


def progress(workspace: Workspace) -> str:
    """'reading back 7 of 30 days, newest first' while windows wait; then nothing."""
    windows = Window.objects.filter(workspace=workspace)
    waiting = windows.filter(state="waiting").order_by("-end_ms").first()
    if waiting is None:
        return ""
    first = windows.order_by("start_ms").first()
    last = windows.order_by("end_ms").last()
    assert first is not None
    assert last is not None
    days = (last.end_ms - first.start_ms) // DAY_MS
    done = (last.end_ms - waiting.end_ms) // DAY_MS
    return f"reading back {done} of {days} days, newest first"
