"""The only door to TaskRouter's REST API, Twilio's or the built-in one.

Twilio's SDK (`client.py`) over an HTTP client of ours (`pool.py`). What it answers is
judged in `answers.py` and leaves as the few errors of `errors.py`.
"""

from statsync.client.client import PAGE_SIZE, Client
from statsync.client.errors import (
    Garbled,
    NotAuthorised,
    Refused,
    TaskRouterError,
    Throttled,
    Unreachable,
)

__all__ = [
    "PAGE_SIZE",
    "Client",
    "Garbled",
    "NotAuthorised",
    "Refused",
    "TaskRouterError",
    "Throttled",
    "Unreachable",
]
