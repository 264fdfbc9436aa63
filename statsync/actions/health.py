"""How each feed is doing: when it last succeeded, and why it does not."""

from typing import Any

from statsync import live
from statsync.models import FeedHealth, Workspace

# Successes closer together are not worth a frame. Shorter than any interval in which one
# is expected, so that a feed in time is never taken for a late one.
STEP_MS = 1_000


def note_success(
    workspace: Workspace, feed: str, now_ms: int, lag_ms: int | None = None
) -> None:
    row = of(workspace, feed)
    if row.error == "" and now_ms - row.ok_ms < STEP_MS:
        return
    keep(row, ok_ms=now_ms, tried_ms=now_ms, failures=0, error="", lag_ms=lag_ms)
    live.refresh_feeds(workspace, now_ms)


def note_failure(workspace: Workspace, feed: str, now_ms: int, sentence: str) -> None:
    row = of(workspace, feed)
    keep(row, tried_ms=now_ms, failures=row.failures + 1, error=sentence)
    live.refresh_feeds(workspace, now_ms)


def note_recovery(workspace: Workspace, job: str, now_ms: int) -> None:
    """Of a job that has no feed: nothing is kept of it while it succeeds."""
    row = FeedHealth.objects.filter(workspace=workspace, feed=job).first()
    if row is not None and row.failures:
        keep(row, ok_ms=now_ms, tried_ms=now_ms, failures=0, error="")


def of(workspace: Workspace, feed: str) -> FeedHealth:
    row, _ = FeedHealth.objects.get_or_create(workspace=workspace, feed=feed)
    return row


def keep(row: FeedHealth, **fields: Any) -> None:
    """Only these columns: two jobs may note at once."""
    FeedHealth.objects.filter(pk=row.pk).update(**fields)
