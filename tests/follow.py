"""A board as a program follows it: signs in, opens the socket, holds the rows."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.sync.client import connect

from tests.box import Box


class Board(threading.Thread):
    """Follows one board of a running set. `rows`: kind -> sid -> row."""

    def __init__(self, box: Box, cookies: httpx.Cookies, board: str) -> None:
        super().__init__(daemon=True, name=board)
        self.rows: dict[str, dict[str, Any]] = {}
        self.clock = 0
        self._box, self._board = box, board
        self._cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._changed = threading.Condition()
        self._leaving = threading.Event()
        self.start()

    def run(self) -> None:
        hello = {
            "type": "hello",
            "workspace": self._box.taskrouter["workspace_sid"],
            "board": self._board,
            "cursor": "",
        }
        with connect(
            self._box.url.replace("http", "ws") + "/live/",
            origin=self._box.url,  # type: ignore[arg-type]
            additional_headers={"Cookie": self._cookie},
        ) as socket:
            socket.send(json.dumps(hello))
            while not self._leaving.is_set():
                try:
                    self.take(json.loads(socket.recv(timeout=0.5)))
                except TimeoutError:
                    continue

    def take(self, message: dict[str, Any]) -> None:
        with self._changed:
            if message["type"] == "snapshot":
                self.rows = message["rows"]
            for kind, rows in message.get("rows", {}).items():
                self.rows.setdefault(kind, {}).update(rows)
            for kind, sids in message.get("gone", {}).items():
                for sid in sids:
                    self.rows.get(kind, {}).pop(sid, None)
            self.clock = message.get("now", self.clock)
            self._changed.notify_all()

    def wait(self, holds: Any, seconds: float, what: str) -> float:
        """How long it took until the rows were as wanted, in seconds."""
        began = time.monotonic()
        with self._changed:
            if not self._changed.wait_for(lambda: holds(self.rows), seconds):
                raise AssertionError(f"not on the board within {seconds:g} s: {what}")
        return time.monotonic() - began

    def close(self) -> None:
        self._leaving.set()
        self.join(5)


@contextmanager
def signed_in(box: Box) -> Iterator[httpx.Client]:
    """As the owner, by a link of our own: each works once."""
    link = box.run("sign_in_link").stdout.split()[-1]
    with httpx.Client(base_url=box.url, follow_redirects=True, timeout=30) as client:
        client.get(link).raise_for_status()
        yield client
