"""No more of a body is taken in than any request could need, whoever sends it.

Django keeps a body on the disk before it asks who has sent it.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from django.conf import settings

from taskrouter.api.call import shape_of
from taskrouter.engine.refusal import Refused

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]


class TooLarge(Exception):
    """More has come than DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""


def bounded(application: Application) -> Application:
    """As the application; a body that is too large is answered 413 and read no further."""

    async def judged(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        try:
            await application(scope, counted(receive), send)
        except TooLarge:
            await refuse(send)

    return judged


def counted(receive: Receive) -> Receive:
    """Raises TooLarge."""
    taken = 0

    async def received() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most():
            raise TooLarge
        return message

    return received


def most() -> int:
    size: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return size


async def refuse(send: Send) -> None:
    words = f"The body is larger than {most()} bytes, which no request needs to be."
    body = msgspec.json.encode(shape_of(Refused(words, 413, 20413)))
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
