"""One per web process and workspace: reads changed rows once, writes to its sockets.

It wakes at the doorbell, or by itself every two seconds. Each board's frame is encoded
once. A socket that is still being written to is skipped and catches up later from its
own version, so a stopped reader costs the others nothing.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from clock import now_ms
from dashboard import rights
from dashboard.rights import Viewer
from statsync.live import doorbell
from statsync.live.frames import BOARD_KINDS
from statsync.live.table import Changes
from statsync.queries import boards

log = structlog.get_logger()
LOOK_SECONDS = 2.0
PACE_SECONDS = 0.25
"At most four frames a second; the first after quiet goes at once."
BUSY_SECONDS = 30.0
RIGHTS_SECONDS = 10.0
"How long somebody who has signed out may still be told."
NOT_SIGNED_IN, TOO_SLOW = 4401, 4408
SIGNED_OUT = "You are signed out; sign in again."


class Socket(Protocol):
    async def send_text(self, text: str) -> None: ...
    async def give_up(self, reason: str, code: int) -> None: ...


@dataclass(eq=False)
class Seat:
    """A socket that follows a board, and how far it has got."""

    socket: Socket
    board: str
    viewer: Viewer
    epoch: str = ""
    version: int = 0
    sending: "asyncio.Task[None] | None" = None
    since: float = 0.0
    "When the last send began."

    @property
    def is_busy(self) -> bool:
        return self.sending is not None and not self.sending.done()


@dataclass
class Hub:
    workspace_id: int
    seats: set[Seat] = field(default_factory=set)
    _task: asyncio.Task[None] | None = None
    _ears: asyncio.Task[None] | None = None
    _rung: asyncio.Event = field(default_factory=asyncio.Event)
    _judged: float = field(default_factory=time.monotonic)
    "When rights were last asked for."

    async def join(self, seat: Seat) -> None:
        """Brings the seat up to date; from then on it gets every frame."""
        self.seats.add(seat)
        if self._task is None or self._task.done():
            doorbell.answer_on(asyncio.get_running_loop())
            self._task = asyncio.create_task(self._run(), name="hub")
        self._rung.set()

    def leave(self, seat: Seat) -> None:
        self.seats.discard(seat)
        if not self.seats:
            for task in (self._task, self._ears):
                if task is not None:
                    task.cancel()
            self._task = self._ears = None

    def _keep_ears(self) -> None:
        """Whatever ended the ears, they begin again while seats remain."""
        if self._ears is not None:
            if not self._ears.done():
                return
            log.error("hub.deaf", exc_info=self._ears.exception())
        ears = doorbell.listen(self.workspace_id, self._rung.set)
        self._ears = asyncio.create_task(ears, name="hub ears")

    async def _run(self) -> None:
        while True:
            self._keep_ears()
            # Should nobody ring, we look anyway.
            look = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._rung.set)
            await self._rung.wait()
            look.cancel()
            self._rung.clear()
            try:
                await self._judge()
                await self._serve()
            except Exception:
                log.exception("hub.broken", workspace=self.workspace_id)
            await asyncio.sleep(PACE_SECONDS)

    async def _judge(self) -> None:
        """Closes the sockets of those whose right to look has ended."""
        if time.monotonic() - self._judged < RIGHTS_SECONDS:
            return
        self._judged = time.monotonic()
        welcome = await still_in({seat.viewer for seat in self.seats})
        for seat in list(self.seats):
            if seat.viewer not in welcome:
                self._dismiss(seat, SIGNED_OUT, NOT_SIGNED_IN)

    def _dismiss(self, seat: Seat, reason: str, code: int) -> None:
        self.leave(seat)
        seat.sending = asyncio.ensure_future(seat.socket.give_up(reason, code))

    async def _serve(self) -> None:
        """One frame for everyone who stands at the same place on the same board."""
        groups: dict[tuple[str, str, int], list[Seat]] = {}
        for seat in list(self.seats):
            if not seat.is_busy:
                key = (seat.board, seat.epoch, seat.version)
                groups.setdefault(key, []).append(seat)
            elif time.monotonic() - seat.since > BUSY_SECONDS:
                self._dismiss(seat, "This browser reads too slowly.", TOO_SLOW)
        for (board, epoch, version), seats in groups.items():
            found = await read(self.workspace_id, epoch, version, board)
            self._tell(seats, found)

    def _tell(self, seats: list[Seat], found: Changes) -> None:
        """Starts a send to each; nobody waits for another's network."""
        text, now = encode(found), time.monotonic()
        start = asyncio.get_running_loop().create_task
        for seat in seats:
            seat.epoch, seat.version = found.epoch, found.version
            seat.since, seat.sending = now, start(self._send(seat, text))

    async def _send(self, seat: Seat, text: str) -> None:
        try:
            await seat.socket.send_text(text)
        except Exception as error:
            log.info("hub.seat_lost", error=type(error).__name__)
            self.leave(seat)


@sync_to_async(thread_sensitive=False)
def still_in(viewers: set[Viewer]) -> set[Viewer]:
    close_old_connections()
    return rights.still_in(viewers)


@sync_to_async(thread_sensitive=False)
def read(workspace_id: int, epoch: str, version: int, board: str) -> Changes:
    """In a thread of its own, with a connection of its own."""
    close_old_connections()
    kinds = BOARD_KINDS[board]
    return boards.changes(workspace_id, epoch, version, kinds)


def encode(found: Changes) -> str:
    head = {"cursor": found.cursor, "now": now_ms()}
    if found.fresh:
        return json.dumps({"type": "snapshot", **head, "rows": found.rows})
    if not found.rows and not found.gone:
        return json.dumps({"type": "beat", **head})
    frame = {"type": "frame", **head, "rows": found.rows, "gone": found.gone}
    return json.dumps(frame)


_hubs: dict[int, Hub] = {}


def of(workspace_id: int) -> Hub:
    if workspace_id not in _hubs:
        _hubs[workspace_id] = Hub(workspace_id)
    return _hubs[workspace_id]
