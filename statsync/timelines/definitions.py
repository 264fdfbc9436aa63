"""What TaskRouter does not know and the fold needs (boards.md 1.3)."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Dated = Sequence[tuple[int, str]]
"Each value and from when on it holds, in order of time."


def in_force(values: Dated, ms: int) -> str | None:
    """The one that held then; None before the first."""
    at = bisect_right(values, ms, key=lambda one: one[0])
    return values[at - 1][1] if at else None


@dataclass(frozen=True, slots=True)
class Rule:
    """T and S in ms of a queue and channel ("" any), from a time on."""

    queue_sid: str
    channel: str
    from_ms: int
    t_ms: int
    s_ms: int


@dataclass(frozen=True, slots=True)
class Definitions:
    """What TaskRouter does not know and the fold needs (boards.md 1.3)."""

    causes: Mapping[str, Dated] = field(default_factory=dict)
    "Reason of a cancel or completion, lower case, to its causes."
    rules: Sequence[Rule] = ()
    directions: Dated = ()
    "The task attribute that tells inbound from outbound."

    def rule(self, queue_sid: str, channel: str, at: int) -> Rule:
        """The closest that held at the time: queue and channel, then either, then any."""
        fits = [
            one
            for one in self.rules
            if one.from_ms <= at
            and one.queue_sid in (queue_sid, "")
            and one.channel in (channel, "")
        ]
        best = max(
            fits,
            key=lambda one: (one.queue_sid != "", one.channel != "", one.from_ms),
            default=None,
        )
        return best or Rule("", "", 0, 60_000, 5_000)

    def cause(self, reason: str, at: int) -> str:
        known = self.causes.get(reason.strip().lower(), ())
        return in_force(known, at) or "unmapped"

    def direction(self, at: int) -> str:
        return in_force(self.directions, at) or "direction"
