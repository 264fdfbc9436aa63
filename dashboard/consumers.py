"""The live socket: who asks, what for; then the hub does the rest."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from dashboard import hub, rights
from statsync.live.frames import BOARD_KINDS
from statsync.queries import boards

WRONG_HELLO = 4400
LONGEST_HELLO = 4096
VERSION = re.compile("[0-9]{1,18}")


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """`/live/`. The first message must be a Hello (statsync/live/frames.py)."""

    seat: hub.Seat | None = None
    room: hub.Hub | None = None

    async def connect(self) -> None:
        # A page of another site must not read our boards with the user's cookie.
        if not same_origin(self.scope):
            await self.close(code=hub.NOT_SIGNED_IN)
            return
        await self.accept()
        if await self.viewer() is None:
            await self.give_up(hub.SIGNED_OUT, hub.NOT_SIGNED_IN)

    async def viewer(self) -> rights.Viewer | None:
        """Asked of the database: a right may have ended since the page was loaded."""
        viewer = rights.Viewer.of(self.scope)
        if viewer is None:
            return None
        still_in = await database_sync_to_async(rights.still_in)([viewer])
        return viewer if viewer in still_in else None

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None
    ) -> None:
        hello = parsed(text_data)
        if hello is None or self.seat is not None:
            await self.give_up("This page does not speak our language.", WRONG_HELLO)
            return
        viewer = await self.viewer()
        if viewer is None:
            await self.give_up(hub.SIGNED_OUT, hub.NOT_SIGNED_IN)
            return
        workspace_id = await database_sync_to_async(boards.workspace_id)(
            hello["workspace"]
        )
        if workspace_id is None:
            await self.give_up("This workspace is not connected.", WRONG_HELLO)
            return
        epoch, _, version = hello["cursor"].partition(":")
        place = int(version) if VERSION.fullmatch(version) else 0
        self.seat = hub.Seat(self, hello["board"], viewer, epoch, place)
        self.room = hub.of(workspace_id)
        await self.room.join(self.seat)

    async def disconnect(self, code: int) -> None:
        if self.room is not None and self.seat is not None:
            self.room.leave(self.seat)

    async def send_text(self, text: str) -> None:
        # Straight to the server: `send` would build the same message for every socket.
        await self.base_send({"type": "websocket.send", "text": text})

    async def give_up(self, reason: str, code: int) -> None:
        """Says why, then closes."""
        await self.send(text_data=json.dumps({"type": "closing", "reason": reason}))
        await self.close(code=code)


def parsed(text: str | None) -> dict[str, Any] | None:
    """A Hello, or None for anything else."""
    if text is None or len(text) > LONGEST_HELLO:
        return None
    try:
        hello = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(hello, dict) or hello.get("type") != "hello":
        return None
    fields = {name: hello.get(name) for name in ("workspace", "board", "cursor")}
    if not all(isinstance(one, str) and one.isascii() for one in fields.values()):
        return None
    return fields if fields["board"] in BOARD_KINDS else None


def same_origin(scope: dict[str, Any]) -> bool:
    headers = {name: value.decode("latin1") for name, value in scope["headers"]}
    try:
        origin = urlsplit(headers.get(b"origin", "")).netloc
    except ValueError:
        return False
    return bool(origin) and origin == headers.get(b"host", "")


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    """A socket to an address that has none: refused like a page that is not there."""
    await receive()
    await send({"type": "websocket.close", "code": WRONG_HELLO})
