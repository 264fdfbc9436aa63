"""Windows of the past: waiting to be read, then read, or out of reach."""

from statsync.models import Window


def mark_read(window: Window, events: int, now_ms: int) -> None:
    window.state, window.events, window.read_ms = "read", events, now_ms
    window.save()


def mark_failed(window: Window, now_ms: int) -> None:
    """From now on it waits behind the others."""
    window.tried_ms = now_ms
    window.save()


def mark_expired(window: Window) -> None:
    """TaskRouter has forgotten what was in it."""
    window.state = "expired"
    window.save()
