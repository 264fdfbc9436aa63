"""Tells every web process that live rows have changed. Lost rings cost two seconds.

Both ends of the layer are here: `ring` in whoever has committed, `listen` in the hub.
A layer that fails is noted and never stops either of them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

log = structlog.get_logger()
FAILURES = (OSError, RedisError)
"Redis' errors are no OSErrors."
SEND_SECONDS = 2.0
REST_SECONDS = 2.0
JOINED_SECONDS = 3600.0
"The in-memory layer forgets whoever joined a day ago; we join anew long before."
CHANGED = {"type": "live.changed"}
_loop: asyncio.AbstractEventLoop | None = None


def group(workspace_id: int) -> str:
    return f"live.{workspace_id}"


def answer_on(loop: asyncio.AbstractEventLoop) -> None:
    """The server's loop, where the in-memory layer lives; threads beside it ring there."""
    global _loop
    _loop = loop


def ring(workspace_id: int) -> None:
    """From any thread, after commit. Does not wait."""
    if _loop is not None and _loop.is_running():
        sent = asyncio.run_coroutine_threadsafe(send(workspace_id), _loop)
        sent.add_done_callback(look_at)
    elif is_shared():
        async_to_sync(send)(workspace_id)


def look_at(sent: "Future[None]") -> None:
    """Nobody waits for a ring; what went wrong with it is told here."""
    if not sent.cancelled() and (error := sent.exception()) is not None:
        log.error("doorbell.broken", exc_info=error)


def is_shared() -> bool:
    """Whether the layer reaches other processes; the in-memory one reaches none."""
    return "InMemory" not in type(get_channel_layer()).__name__


async def send(workspace_id: int) -> None:
    layer: Any = get_channel_layer()
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await layer.group_send(group(workspace_id), CHANGED)
    except FAILURES as error:
        # The hub looks by itself every two seconds.
        log.warning("doorbell.unheard", error=repr(error))


async def listen(workspace_id: int, heard: Callable[[], None]) -> None:
    """Calls `heard` at each ring, until it is cancelled."""
    layer: Any = get_channel_layer()
    while True:
        try:
            async with joined(layer, group(workspace_id)) as name:
                heard()  # what was rung while nobody listened
                await hear(layer, name, heard)
        except FAILURES as error:
            log.warning("doorbell.deaf", error=repr(error))
            await asyncio.sleep(REST_SECONDS)


async def hear(layer: Any, name: str, heard: Callable[[], None]) -> None:
    try:
        async with asyncio.timeout(JOINED_SECONDS):
            while True:
                await layer.receive(name)
                heard()
    except TimeoutError:
        return


@asynccontextmanager
async def joined(layer: Any, group: str) -> AsyncIterator[str]:
    """A name that hears the group, until the block ends."""
    # A layer that is away fails here, before it keeps anything of ours.
    await layer.group_send(group, CHANGED)
    name = await layer.new_channel()
    try:
        await layer.group_add(group, name)
        yield name
    finally:
        try:
            await layer.group_discard(group, name)
        except FAILURES as error:
            # Must not take the place of the cancellation that brought us here.
            log.warning("doorbell.not_left", error=repr(error))
