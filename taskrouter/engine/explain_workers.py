"""Why each worker is, or is not, offered a task right now: by the code that routes.

`see` takes at one moment what is to be known of a worker; `told` puts it into words,
later and elsewhere.
"""

from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from taskrouter.engine import matching, names
from taskrouter.engine.explain_clause import Clause, deciding
from taskrouter.engine.matching import Hindrance
from taskrouter.engine.moment import Moment
from taskrouter.engine.offers import ANY_CHANNEL
from taskrouter.engine.records import RESERVATION_LIVE, Reservation, Task, Worker
from taskrouter.engine.state import State
from taskrouter.engine.workflow import Target

Verdict = Literal["offered", "has_it", "not_offered", "next"]
Why = Hindrance | Literal["rings_enough", "another_first"]
MOST_TASKS_NAMED = 10


@dataclass(frozen=True, slots=True)
class Room:
    """What a worker has on the task's channel."""

    channel: str
    single: bool
    open: bool
    capacity: int
    used: int
    task_sids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker at one moment. What only some reasons tell is None without them."""

    worker: Worker
    activity: str
    verdict: Verdict
    whys: tuple[Why, ...]
    queue_expression: str | None
    values: dict[str, Any]
    target_expression: str
    names: dict[str, Any] | None
    room: Room | None
    first_sid: str | None
    "The task he is offered before this one."


@dataclass(frozen=True, slots=True)
class Reason:
    reason: Why
    text: str
    clause: Clause | None = None
    "The part of the expression that fails."
    task_sids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    worker_sid: str
    worker_name: str
    activity_name: str
    verdict: Verdict
    reasons: tuple[Reason, ...]


def see(moment: Moment, task: Task, target: Target | None, worker: Worker) -> Seen:
    state = moment.state
    verdict, whys, first = judge(moment, task, target, worker.sid)
    queue = state.task_queues.get(task.task_queue_sid or "")
    expression = target.expression.text if target and target.expression else ""
    asked = "expression" in whys
    return Seen(
        worker,
        state.activities[worker.activity_sid].friendly_name,
        verdict,
        whys,
        queue.target_workers if queue else None,
        state.worker_values[worker.sid],
        expression,
        names.names_for(state, state.task_values[task.sid], worker.sid, expression)
        if asked
        else None,
        room_of(state, worker, task) if "room" in whys else None,
        first.sid if first else None,
    )


def judge(
    moment: Moment, task: Task, target: Target | None, worker_sid: str
) -> tuple[Verdict, tuple[Why, ...], Task | None]:
    """For a task that looks for workers; the last is what he takes before it."""
    against: list[Why] = list(matching.hindrances(moment, task, target, worker_sid))
    if "has_it" in against:
        rings = part_in(moment.state, task, worker_sid) == "pending"
        return ("offered" if rings else "has_it"), (), None
    if matching.still_to_ring(moment, task) <= 0:
        against.append("rings_enough")
    if against:
        return "not_offered", tuple(against), None
    first = matching.next_for(moment, worker_sid)
    if first is not None and first.sid != task.sid:
        return "not_offered", ("another_first",), first
    return "next", (), None


def part_in(state: State, task: Task, worker_sid: str) -> str:
    """The status of the live reservation the worker has of the task."""
    return next(
        one.reservation_status
        for one in state.reservations_of_task(task.sid)
        if one.worker_sid == worker_sid and one.reservation_status in RESERVATION_LIVE
    )


def room_of(state: State, worker: Worker, task: Task) -> Room | None:
    own = state.worker_channel(worker.sid, task.task_channel_sid)
    if own is None:
        return None
    single = not state.workspaces[worker.workspace_sid].multi_task_enabled
    channel_sid = ANY_CHANNEL if single else task.task_channel_sid
    held = (
        one.task_sid
        for one in state.reservations_of_worker(worker.sid)
        if takes_room(one, channel_sid)
    )
    return Room(
        state.task_channels[task.task_channel_sid].unique_name,
        single,
        own.available,
        1 if single else own.configured_capacity,
        state.load(worker.sid, channel_sid),
        tuple(islice(held, MOST_TASKS_NAMED)),
    )


def takes_room(one: Reservation, channel_sid: str) -> bool:
    here = channel_sid in (ANY_CHANNEL, one.task_channel_sid)
    return here and one.reservation_status in RESERVATION_LIVE


def told(seen: Seen) -> Told:
    return Told(
        seen.worker.sid,
        seen.worker.friendly_name,
        seen.activity,
        seen.verdict,
        tuple(reason(seen, why) for why in seen.whys),
    )


def reason(seen: Seen, why: Why) -> Reason:
    if why == "queue" and seen.queue_expression == "":
        return Reason(why, "The queue's TargetWorkers is empty: it addresses nobody.")
    if why == "queue" and seen.queue_expression:
        clause = deciding(seen.queue_expression, seen.values)
        return Reason(why, "The queue's expression does not hold for him.", clause)
    if why == "expression":
        clause = deciding(seen.target_expression, seen.names or {})
        return Reason(why, "The target's expression does not hold.", clause)
    if why == "room" and seen.room is not None:
        return Reason(why, room_in_words(seen.room), task_sids=seen.room.task_sids)
    if why == "activity":
        return Reason(why, f"His activity {seen.activity} is not available.")
    if why == "another_first" and seen.first_sid:
        return Reason(why, IN_WORDS[why], task_sids=(seen.first_sid,))
    return Reason(why, IN_WORDS[why])


def room_in_words(room: Room) -> str:
    if room.single:
        return "He serves one task at a time, and has one."
    if not room.open:
        return f"His channel {room.channel} is not available."
    return f"On the channel {room.channel} he has {room.used} of {room.capacity} tasks."


IN_WORDS: dict[Why, str] = {
    "known_worker": "The task is held for another worker.",
    "queue": "The task is in no queue.",
    "room": "He has no such channel.",
    "target_over": "The target's time is over, so it rings at nobody new.",
    "asked": "He was asked already, and the task still rings elsewhere.",
    "rings_enough": "It rings at as many workers as its queue allows.",
    "another_first": "Another task comes first for him.",
}
