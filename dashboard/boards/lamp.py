"""The lamp: how fresh the boards are."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard import numbers
from dashboard.boards.bits import Row
from statsync.live.shapes import LATE_INTERVALS


@dataclass(frozen=True, slots=True)
class Lamp:
    """How fresh the boards are. `state`: live, polling, stale."""

    state: str
    words: str


CALLED_BACK_MS = 600_000
"Callbacks come when something happens; a quiet ten minutes still count as live."


def lamp(feeds: Mapping[str, Row], now: int) -> Lamp:
    """The worst that is true. Twin of static/js/freshness.js."""
    events = feeds.get("events")
    if events is None:
        return Lamp("stale", "no news yet")
    behind = now - events["ok"]
    if behind > events["expected_s"] * 1000 * LATE_INTERVALS:
        why = events["error"] or "TaskRouter has not answered"
        since = f" {brief(behind)}" if events["ok"] else ""
        return Lamp("stale", f"stale{since}: {why}")
    callback = feeds.get("callback")
    called = callback is not None and now - callback["ok"] < CALLED_BACK_MS
    word = "live" if called else "polling"
    progress = feeds.get("backfill", {}).get("progress", "")
    return Lamp(word, f"{word} {brief(behind)}" + (f", {progress}" if progress else ""))


def brief(ms: int) -> str:
    """'3 s' up to a minute and a half, then as every duration."""
    seconds = max(0, ms) // 1000
    return f"{seconds}{numbers.SPACE}s" if seconds < 90 else numbers.duration(ms)
