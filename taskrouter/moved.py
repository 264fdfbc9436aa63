"""A clock that only a test moves, so that timeouts of hours come in no time."""

from taskrouter.engine.commands import TimePassed
from taskrouter.engine.lifecycle import next_due
from taskrouter.owner import Owner


class MovedClock:
    """Stands still between moves. `ms` is since 1970 UTC."""

    def __init__(self, ms: int) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms

    async def move(self, owner: Owner, to: int) -> None:
        """What falls due on the way happens at its own time."""
        while (due := await owner.read(lambda state, now: next_due(state))) is not None:
            if due > to:
                break
            self.ms = max(due, self.ms)
            await owner.do(TimePassed())
        self.ms = max(to, self.ms)
