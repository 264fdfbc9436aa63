"""What TaskRouter does not know and the fold needs (boards.md 1.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


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

    causes: Mapping[str, str] = field(default_factory=dict)
    "Reason of a cancel, lower case, to its cause."
    rules: Sequence[Rule] = ()
    direction: str = "direction"
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

    def cause(self, reason: str) -> str:
        return self.causes.get(reason.strip().lower(), "unmapped")
