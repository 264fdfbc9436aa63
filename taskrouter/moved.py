"""A clock that only a test moves, so that timeouts of hours come in no time."""

from typing import Protocol

from taskrouter.engine.commands import TimePassed
from taskrouter.engine.lifecycle import next_due
from taskrouter.owner import Owner


class Company(Protocol):
    """Whoever acts on his own as time passes."""

    async def present(self) -> None:
        """Returns when he has taken up his work."""

    def next(self) -> int | None:
        """When he acts next, ms; None: he waits to be asked."""

    async def catch_up(self) -> None:
        """Acts as the present time wants it."""


class MovedClock:
    """Stands still between moves. `ms` is since 1970 UTC."""

    def __init__(self, ms: int) -> None:
        self.ms = ms
        self.company: Company | None = None

    def __call__(self) -> int:
        return self.ms

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

    async def _next(self, owner: Owner) -> int | None:
        due = await owner.read(lambda state, now: next_due(state))
        acts = self.company.next() if self.company is not None else None
        return min((one for one in (due, acts) if one is not None), default=None)
