"""Waits and handling times by band: they add up, and percentiles come from their sums."""

from bisect import bisect_left
from collections.abc import Sequence

BANDS = (
    *(5, 10, 15, 20, 30, 45, 60, 90),
    *(120, 180, 240, 300, 420, 600, 900, 1200),
    *(1800, 2700, 3600, 7200, 14400, 28800, 86400),
)
"Upper edges of the bands in seconds; one more band lies above."


def band(ms: int) -> int:
    return bisect_left(BANDS, ms / 1000)


def percentile(histogram: Sequence[int], share: float) -> int | None:
    """Milliseconds at a share (0.9 for p90), even inside its band; None where empty."""
    wanted, before = sum(histogram) * share, 0
    for at, count in enumerate(histogram):
        if count and before + count >= wanted:
            low = BANDS[at - 1] if at else 0
            high = BANDS[at] if at < len(BANDS) else BANDS[-1]
            return int(1000 * (low + (high - low) * (wanted - before) / count))
        before += count
    return None
