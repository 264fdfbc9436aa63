"""A clock that only a test moves, so that timeouts of hours come in no time."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import structlog

from taskrouter.engine.commands import TimePassed
from taskrouter.engine.lifecycle import next_due
from taskrouter.owner import Owner

log = structlog.get_logger()
KEPT = "taskrouter.clock"


class Company(Protocol):
    """Whoever acts on his own as time passes."""

    async def present(self) -> None:
        """Returns when he has taken up his work."""

    def next(self) -> int | None:
        """When he acts next, ms; None: he waits to be asked."""

    async def catch_up(self) -> None:
        """Acts as the present time wants it."""


class Called:
    """Nobody lives here, but whoever is called with an offer answers at the time of it."""

    def __init__(self, offers_told: Callable[[], Awaitable[None]]) -> None:
        """`offers_told` returns when every offer made so far has been told."""
        self._offers_told = offers_told

    async def present(self) -> None:
        await self._offers_told()

    def next(self) -> None:
        """He waits to be asked."""

    async def catch_up(self) -> None:
        await self._offers_told()


class MovedClock:
    """Stands still between moves. `ms` is since 1970 UTC."""

    def __init__(self, ms: int, kept: Path) -> None:
        """`kept`: where the next start finds how far it had been moved."""
        self.ms, self._kept = ms, kept
        self.company: Company | None = None

    def __call__(self) -> int:
        return self.ms

    def go_on(self, owner: Owner) -> None:
        """From where an earlier run had moved it: what happened stays in the past."""
        self.ms = max(self.ms, owner.last)
        with suppress(OSError, ValueError):  # it was never moved, or not kept whole
            self.ms = max(self.ms, int(self._kept.read_text()))

    def _keep(self) -> None:
        draft = self._kept.with_suffix(".draft-of-clock")
        try:
            draft.write_text(str(self.ms))
            draft.replace(self._kept)
        except OSError as why:
            log.error("clock.not_kept", why=str(why), remedy="making room there")

    async def move(self, owner: Owner, to: int) -> None:
        """What falls due on the way happens at its own time."""
        if self.company is not None:
            await self.company.present()
        while (due := await self._next(owner)) is not None and due <= to:
            self.ms = max(due, self.ms)
            await owner.do(TimePassed())
            if self.company is not None:
                await self.company.catch_up()
        self.ms = max(to, self.ms)
        self._keep()

    async def _next(self, owner: Owner) -> int | None:
        due = await owner.read(lambda state, now: next_due(state))
        acts = self.company.next() if self.company is not None else None
        return min((one for one in (due, acts) if one is not None), default=None)
