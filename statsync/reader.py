"""Reads the events feed: overlapping windows, never trusting paging.

A window that comes back full may lack events, so it is halved and read again. What was
missed while nobody read is planned as windows of the past, read newest first.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError

from statsync import connections, records
from statsync.actions import accounts, aside, watermarks, windows
from statsync.client import (
    PAGE_SIZE,
    Client,
    NotAuthorised,
    Throttled,
    Unreachable,
)
from statsync.models import SetAside, Window, Workspace

SECOND_MS = 1_000
# (span read back, how often): the longest that is due is read.
TIERS = ((900_000, 300_000), (120_000, 30_000), (10_000, 0))
LONGEST_GAP_MS = 900_000
JOB = "events"
AWAY = (Throttled, Unreachable, NotAuthorised, OperationalError, InterfaceError)
"Failures that tell nothing about the window that was being read."
SOONEST_LOOK_MS, LATEST_LOOK_MS = 20_000, 86_400_000
TRIED_AGAIN_MS, TRIED_AT_ONCE = 3_600_000, 100


def poll(workspace: Workspace, now_ms: int) -> int:
    """Everything since the last poll and a stretch before. How many events were new."""
    reached = watermarks.reached(workspace, JOB)
    if reached is not None and now_ms - reached > LONGEST_GAP_MS:
        accounts.plan_windows(workspace, reached - LONGEST_GAP_MS, now_ms)
        reached = None
    span = due_span(workspace, now_ms) if reached is not None else LONGEST_GAP_MS
    start = now_ms - span
    if reached is not None:
        start = min(start, reached - TIERS[-1][0])
    new = read(workspace, start, None, now_ms, (JOB, now_ms))
    for tier, every in TIERS:
        if every and span >= tier:
            watermarks.move(workspace, f"tier:{tier}", now_ms)
    return new


def due_span(workspace: Workspace, now_ms: int) -> int:
    for span, every in TIERS:
        if now_ms - (watermarks.reached(workspace, f"tier:{span}") or 0) >= every:
            return span
    return TIERS[-1][0]


def read(
    workspace: Workspace,
    start: int,
    end: int | None,
    now_ms: int,
    mark: aside.Mark | None = None,
) -> int:
    """Reads a window and keeps it, page by page; the watermark moves with the last."""
    client, new = connections.of(workspace), 0
    pages = pages_of(
        client, workspace.sid, start, end if end is not None else now_ms, end
    )
    for page, is_last in with_last(pages):
        aside.set_aside(workspace, page.unreadable, now_ms)
        new += aside.ingest_whole_or_by_halves(
            workspace, page.events, now_ms, mark if is_last else None
        )
    return new


def with_last(pages: Iterator[records.Page]) -> Iterator[tuple[records.Page, bool]]:
    """Each page, and whether it is the last; there is always one."""
    held = next(pages)
    for page in pages:
        yield held, False
        held = page
    yield held, True


def pages_of(
    client: Client, workspace_sid: str, start: int, end: int, until: int | None
) -> Iterator[records.Page]:
    """Newest first. `until` None: what happens meanwhile is welcome too."""
    page = parsed(client.events_page(workspace_sid, iso(start), iso_end(until)))
    if len(page.events) + len(page.unreadable) < PAGE_SIZE:
        yield page
        return
    middle = (start + end) // 2 // SECOND_MS * SECOND_MS
    if middle <= start:
        yield from pages_by_type(client, workspace_sid, start, end)
        return
    yield from pages_of(client, workspace_sid, middle, end, until)
    yield from pages_of(client, workspace_sid, start, middle, middle)


def pages_by_type(
    client: Client, workspace_sid: str, start: int, end: int
) -> Iterator[records.Page]:
    """A second that holds more than a page: each type by itself, page after page."""
    for type in records.EVENT_TYPES:
        pages = client.events_pages(workspace_sid, iso(start), iso_end(end), type)
        for raw in pages:
            yield parsed(raw)


def parsed(raw: bytes) -> records.Page:
    return records.parse_page(raw)


def iso(ms: int) -> str:
    """Whole seconds, rounded down: a window may be wider, never narrower."""
    return datetime.fromtimestamp(ms // SECOND_MS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_end(ms: int | None) -> str | None:
    return None if ms is None else iso(ms + SECOND_MS)


def backfill_step(workspace: Workspace, now_ms: int) -> bool:
    """Reads the newest window that waits, or looks further back. False: nothing to do."""
    window = next_window(workspace) or edge_to_look_at(workspace, now_ms)
    if window is None:
        return False
    start, end = oldest(window.start_ms, now_ms), min(window.end_ms, now_ms)
    if start >= end:
        windows.mark_expired(window)
        return True
    try:
        events = read(workspace, start, end, now_ms)
    except AWAY:
        raise
    except Exception:
        windows.mark_failed(window, now_ms)
        raise
    windows.mark_read(window, events, now_ms)
    return True


def edge_to_look_at(workspace: Workspace, now_ms: int) -> Window | None:
    """The window before all that is known, if it is time to look at it again.

    TaskRouter's past may begin earlier than it told at first: a built-in one serves while
    its older days are still being written.
    """
    edge = windows.edge(workspace)
    if edge is None or edge.read_ms is None:
        return None
    known_for = edge.read_ms - workspace.connected_ms
    rest = min(max(known_for // 4, SOONEST_LOOK_MS), LATEST_LOOK_MS)
    # The clock may have gone back since.
    return edge if not 0 <= now_ms - edge.read_ms < rest else None


def next_window(workspace: Workspace) -> Window | None:
    """The newest that never failed; else the one whose failure is longest ago."""
    waiting = Window.objects.filter(workspace=workspace, state="waiting")
    return waiting.order_by("tried_ms", "-end_ms").first()


def oldest(start_ms: int, now_ms: int) -> int:
    """TaskRouter forgets after thirty days; what is older cannot be asked for."""
    return max(start_ms, now_ms - 30 * 86_400_000 + 60_000)


def try_set_aside(workspace: Workspace, now_ms: int) -> None:
    """What could not be kept an hour ago may be kept now, by newer code."""
    rows = SetAside.objects.filter(
        workspace=workspace, tried_ms__lt=now_ms - TRIED_AGAIN_MS
    )
    for row in rows.order_by("tried_ms")[:TRIED_AT_ONCE]:
        page = records.page_of([row.body.encode()])
        aside.set_aside(workspace, page.unreadable, now_ms)
        aside.ingest_whole_or_by_halves(workspace, page.events, now_ms)
