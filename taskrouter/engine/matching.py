"""Who may be offered which task. It only looks, so that what it decides can be told.

A task that arrives looks for workers; a worker who has room looks for tasks. Both ask
the same of the pair: membership, room, the target's expression, its known worker.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from taskrouter.engine import known
from taskrouter.engine.moment import Moment
from taskrouter.engine.names import names_for
from taskrouter.engine.offers import ANY_CHANNEL
from taskrouter.engine.ranking import ranked
from taskrouter.engine.records import Task, TaskQueue, Worker
from taskrouter.engine.waiting import Key, Lines
from taskrouter.engine.workflow import Target, parse

DEFAULT_FILTER = -1
Hindrance = Literal[
    "known_worker",
    "activity",
    "queue",
    "room",
    "has_it",
    "target_over",
    "asked",
    "expression",
]


def target_of(moment: Moment, task: Task) -> Target | None:
    """The step the task is in, of the configuration it had on arriving there."""
    if task.filter_at is None:
        return None
    text = moment.state.configuration_of(
        task.workflow_sid or "", task.configuration_version
    )
    assert text is not None, "a configuration is kept while tasks wait in it"
    configuration = parse(text)
    if task.filter_at == DEFAULT_FILTER:
        return configuration.default
    return configuration.filters[task.filter_at].targets[task.target_at]


def most_reserved(moment: Moment, task: Task) -> int:
    """What is held for a known worker rings at him alone."""
    queue = moment.state.task_queues.get(task.task_queue_sid or "")
    held = (task.only_worker_sid, task.only_worker_name) != (None, None)
    return 1 if queue is None or held else queue.max_reserved_workers


def still_to_ring(moment: Moment, task: Task) -> int:
    """At how many more workers than now the task may ring."""
    return most_reserved(moment, task) - moment.state.offers.ringing(task.sid)


def candidates(
    moment: Moment, task: Task, target: Target | None, most: int
) -> list[str]:
    """At most `most` workers, best first."""
    if most <= 0:
        return []
    only = known.the_one(moment.state, task)
    if only is not None:
        return [only] if only and can_take(moment, task, target, only) else []
    ready = moment.state.members.ready(task.task_queue_sid or "", task.task_channel_sid)
    if target is not None and target.order_by:
        fitting = [sid for sid in ready if suits(moment, task, target, sid)]
        return ranked(moment.state, task, target, fitting)[:most]
    fitting_first = (sid for sid in ready if suits(moment, task, target, sid))
    return list(islice(fitting_first, most))


def can_take(
    moment: Moment, task: Task, target: Target | None, worker_sid: str
) -> bool:
    """Whether that one worker may be offered the task now."""
    return next(hindrances(moment, task, target, worker_sid), None) is None


def suits(moment: Moment, task: Task, target: Target | None, worker_sid: str) -> bool:
    """As can_take, of a member of its queue who has room, for a task held for nobody."""
    return next(of_the_pair(moment, task, target, worker_sid), None) is None


def hindrances(
    moment: Moment, task: Task, target: Target | None, worker_sid: str
) -> Iterator[Hindrance]:
    """What keeps the task from that one worker. Who needs the first asks no further."""
    state = moment.state
    worker = state.workers[worker_sid]
    if not known.allows(state, task, worker_sid):
        yield "known_worker"
    # What ignores capacity ignores availability too.
    if not (task.ignore_capacity or state.activities[worker.activity_sid].available):
        yield "activity"
    queues = state.members.queues_of[worker_sid]
    if not (task.past_queue or task.task_queue_sid in queues):
        yield "queue"
    channel_sid = task.task_channel_sid
    if not (task.ignore_capacity or state.members.has_capacity(worker, channel_sid)):
        yield "room"
    yield from of_the_pair(moment, task, target, worker_sid)


def of_the_pair(
    moment: Moment, task: Task, target: Target | None, worker_sid: str
) -> Iterator[Hindrance]:
    """His part in the task so far, and the target's expression."""
    if moment.state.offers.holds(worker_sid, task.sid):
        yield "has_it"
    if task.assignment_status == "reserved":
        if not may_ring_further(moment, task):
            yield "target_over"
        if had_his_turn(moment, task, worker_sid):
            yield "asked"
    if target is not None and target.expression is not None:
        values = moment.state.task_values[task.sid]
        names = names_for(moment.state, values, worker_sid, target.expression.text)
        if not target.expression.matches(names):
            yield "expression"


def may_ring_further(moment: Moment, task: Task) -> bool:
    """A target that is over gets no new offers; the present ones may still be taken."""
    if task.assignment_status != "reserved":
        return False
    return task.target_ends is None or moment.now < task.target_ends


def had_his_turn(moment: Moment, task: Task, worker_sid: str) -> bool:
    """While it rings elsewhere, nobody is asked twice."""
    return any(
        one.worker_sid == worker_sid and one.round == task.assignments
        for one in moment.state.reservations_of_task(task.sid)
    )


def next_for(moment: Moment, worker_sid: str) -> Task | None:
    """What he takes next: a task that rings nowhere before one that rings elsewhere."""
    state = moment.state
    worker = state.workers.get(worker_sid)
    if worker is None or not state.activities[worker.activity_sid].available:
        return None
    waiting = state.waiting
    return first_for(moment, waiting.pending, worker) or first_for(
        moment, waiting.short, worker
    )


def first_for(moment: Moment, lines: Lines, worker: Worker) -> Task | None:
    heads_of_lines = (
        task
        for place in (worker.sid, *moment.state.members.queues_of[worker.sid])
        for task in heads(moment, lines.at(place), worker.sid)
    )
    return min(heads_of_lines, key=lambda task: turn_of(moment, task), default=None)


def turn_of(moment: Moment, task: Task) -> tuple[int, Key]:
    """Whatever queues they stand in, whoever ranks lowest is served first."""
    state = moment.state
    first = state.workspaces[task.workspace_sid].prioritize_queue_order
    queue = (
        None if task.past_queue else state.task_queues.get(task.task_queue_sid or "")
    )
    return rank_of(queue, first), state.waiting.key(task)


def rank_of(queue: TaskQueue | None, first: str) -> int:
    """Which kind of queue is emptied before which; a worker's own line goes along.

    It orders its tasks as a FIFO queue, so it competes with those, and comes before
    LIFO ones where they come first.
    """
    if queue is None:
        return -1 if first == "LIFO" else 0
    return int(queue.task_order != first)


def heads(
    moment: Moment, lines: dict[str, list[Key]], worker_sid: str
) -> Iterator[Task]:
    """Of each channel's line at a place, the first task he can take."""
    state = moment.state
    for channel_sid, line in lines.items():
        if channel_sid != ANY_CHANNEL and not state.members.has_room(
            worker_sid, channel_sid
        ):
            continue
        for key in line:
            task = state.tasks[key[-1]]
            if can_take(moment, task, target_of(moment, task), worker_sid):
                yield task
                break
