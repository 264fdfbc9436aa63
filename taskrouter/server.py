"""The HTTP server: where it listens, and how it and the process take signals."""

import signal
import socket
from collections.abc import Callable
from typing import Any

import uvicorn

from taskrouter.access import CannotServe

HOST = "127.0.0.1"
GRACE_SECONDS = 2
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def listen(port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
    except OSError as error:
        door.close()
        raise CannotServe(
            f"TASKROUTER_PORT={port}: {error.strerror}; stop what uses it,"
            " or set TASKROUTER_PORT."
        ) from None
    return door


class Server(uvicorn.Server):
    def __init__(self, application: Any, announce: Callable[[], None]) -> None:
        self._announce = announce
        super().__init__(
            uvicorn.Config(
                application,
                lifespan="off",
                # Nobody here speaks with a websocket: what asks for one is answered plainly.
                ws="none",
                log_level="warning",
                access_log=False,
                # What proxies say is judged by the API itself.
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        quiet_signals()
        await super().serve(sockets)


def end_at_signals() -> None:
    """At once, until we serve: nothing has been answered that could be lost."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def quiet_signals() -> None:
    """uvicorn takes them while it serves and raises them again after it has stopped; that
    must not kill us while the owner saves."""
    for number in SIGNALS:
        signal.signal(number, lambda *_: None)
