"""The state at a moment: all that a decision looks at, and nothing it could change."""

from dataclasses import dataclass
from typing import Protocol

from taskrouter.engine.state import State


class Moment(Protocol):
    """A turn is one; who only asks makes a Look."""

    @property
    def state(self) -> State: ...

    @property
    def now(self) -> int:
        """ms"""


@dataclass(frozen=True, slots=True)
class Look:
    state: State
    now: int
