"""Windows of the past: waiting to be read, then read, or out of reach."""

from django.db import transaction

from statsync.models import Window, Workspace


def mark_read(window: Window, events: int, now_ms: int) -> None:
    """`events`: those that were new. Where nothing was before, older ones may be too."""
    with transaction.atomic():
        if events and window.read_ms is not None and not window.events:
            older = Window.objects.filter(
                workspace=window.workspace, end_ms__lte=window.start_ms, state="read"
            )
            older.filter(events=0).update(state="waiting")
        window.state, window.read_ms = "read", now_ms
        window.events += events
        window.save()


def edge(workspace: Workspace) -> Window | None:
    """The newest window of those before everything that is known: it came back empty."""
    rows = Window.objects.filter(workspace=workspace)
    first = rows.filter(events__gt=0).order_by("start_ms").first()
    before = rows.filter(state="read").order_by("-end_ms")
    if first is not None:
        before = before.filter(end_ms__lte=first.start_ms)
    return before.first()


def mark_failed(window: Window, now_ms: int) -> None:
    """From now on it waits behind the others."""
    window.tried_ms = now_ms
    window.save()


def mark_expired(window: Window) -> None:
    """TaskRouter has forgotten what was in it."""
    window.state = "expired"
    window.save()
