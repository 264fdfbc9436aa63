"""The machine's clock. It is asked at the edges only; from there time is an argument."""

import time


def now_ms() -> int:
    """Milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000
