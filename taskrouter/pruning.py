"""What is older than history goes is deleted, a little at a time, between the commits."""

import asyncio

import structlog
from django.db import DatabaseError

from taskrouter.asked import NotSaved
from taskrouter.history import oldest
from taskrouter.owner import Owner
from taskrouter.store import PRUNED_AT_ONCE

log = structlog.get_logger()
# Nobody may be told of a window whose first events are being deleted.
MARGIN_MS = 60_000
PAUSE_SECONDS = 1.0
LOOK_EVERY_SECONDS = 60.0


async def prune(owner: Owner) -> bool:
    """One step; whether there may be more to do."""
    now = await owner.read(lambda state, now: now)
    return await owner.prune(oldest(now) - MARGIN_MS) == PRUNED_AT_ONCE


async def keep_pruning(owner: Owner) -> None:
    """Until cancelled."""
    while True:
        try:
            more = await prune(owner)
        except Exception as why:
            trouble = isinstance(why, DatabaseError | NotSaved)
            told = log.error if trouble else log.exception
            told("history.not_pruned", why=str(why), remedy="trying again in a minute")
            more = False
        await asyncio.sleep(PAUSE_SECONDS if more else LOOK_EVERY_SECONDS)
