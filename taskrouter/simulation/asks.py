"""What the centre asks TaskRouter for. The engine and the API each take it their way."""

from dataclasses import dataclass, field
from typing import Any

from taskrouter.simulation import plan


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a script wants of its customers beyond the ordinary."""

    attributes: dict[str, Any] = field(default_factory=dict)
    ttl_seconds: int | None = None
    waits_since_seconds: int = 0
    "Keeps the place of one who came so long ago."
    worker_sid: str = ""
    "Routed straight to him."
    hangs_up: bool = True


@dataclass(frozen=True, slots=True)
class Arrive:
    """A customer asks for a task. Without wishes the next of the kind is on the way."""

    demand: plan.Demand
    wishes: Wishes | None = None


@dataclass(frozen=True, slots=True)
class HangUp:
    task_sid: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A reservation is to get this status: accepted, rejected, wrapping, completed."""

    reservation_sid: str
    task_sid: str
    worker_sid: str
    channel: str
    status: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """The task in hand goes to a worker (by sid) or to a queue (by its name).

    Empty, `to` is a worker who is there when it is asked; `fails`: he lets it ring.
    """

    answer: Answer
    to: str
    mode: str
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    worker_sid: str
    activity: str


@dataclass(frozen=True, slots=True)
class Retarget:
    """The queue of that name gets another TargetWorkers expression."""

    queue: str
    expression: str


@dataclass(frozen=True, slots=True)
class Cue:
    """Nothing TaskRouter hears of: a script begins."""

    script: str


Ask = Arrive | HangUp | Answer | HandOver | Move | Retarget | Cue


@dataclass(frozen=True, slots=True)
class Names:
    """A workspace's sid, and those of what is in it by friendly name."""

    workspace_sid: str
    activities: dict[str, str]
    queues: dict[str, str]
    workflows: dict[str, str]
