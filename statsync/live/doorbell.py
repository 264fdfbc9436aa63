"""Tells every web process that live rows have changed. Lost rings cost two seconds."""

import asyncio
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

log = structlog.get_logger()
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
        asyncio.run_coroutine_threadsafe(send(workspace_id), _loop)
    elif is_shared():
        async_to_sync(send)(workspace_id)


def is_shared() -> bool:
    """Whether the layer reaches other processes; the in-memory one reaches none."""
    return "InMemory" not in type(get_channel_layer()).__name__


async def send(workspace_id: int) -> None:
    layer: Any = get_channel_layer()
    try:
        await layer.group_send(group(workspace_id), {"type": "live.changed"})
    except (OSError, ConnectionError) as error:
        # The hub looks by itself every two seconds.
        log.warning("doorbell.unheard", error=str(error))
