"""Windows of the past: waiting to be read, then read."""

from statsync.models import Window


def mark_read(window: Window, events: int, now_ms: int) -> None:
    window.state, window.events, window.read_ms = "read", events, now_ms
    window.save()
