"""Who is offered which task.

A task that arrives looks for workers; a worker who has room looks for tasks. Both ask
the same of the pair: membership, room, the target's expression, its known worker.
"""

from collections.abc import Iterator
from itertools import chain, islice

from taskrouter.engine import known
from taskrouter.engine.activities import move_worker
from taskrouter.engine.events import (
    NOTHING,
    Measured,
    reservation_block,
    task_block,
    worker_block,
)
from taskrouter.engine.offers import ANY_CHANNEL
from taskrouter.engine.ranking import names_for, ranked
from taskrouter.engine.records import Reservation, Task, TaskQueue, Worker
from taskrouter.engine.turn import Assignment, Turn
from taskrouter.engine.waiting import Key, Lines
from taskrouter.engine.workflow import Target, parse

DEFAULT_TIMEOUT_SECONDS = 120
DEFAULT_FILTER = -1


def target_of(turn: Turn, task: Task) -> Target | None:
    """The step the task is in, of the configuration it had on arriving there."""
    if task.filter_at is None:
        return None
    text = turn.state.configuration_of(
        task.workflow_sid or "", task.configuration_version
    )
    assert text is not None, "a configuration is kept while tasks wait in it"
    configuration = parse(text)
    if task.filter_at == DEFAULT_FILTER:
        return configuration.default
    return configuration.filters[task.filter_at].targets[task.target_at]


def offer(turn: Turn, task: Task, at_once: int | None = None) -> bool:
    """Offers a task to those who can take it now; whether it rings anywhere new."""
    most = most_reserved(turn, task) - turn.state.offers.ringing(task.sid)
    most = most if at_once is None else min(most, at_once)
    target = target_of(turn, task)
    chosen = candidates(turn, task, target, most)
    while any(serve_first(turn, task, worker_sid) for worker_sid in chosen):
        chosen = candidates(turn, task, target, most)
    for worker_sid in chosen:
        reserve(turn, task.sid, worker_sid)
    return bool(chosen)


def serve_first(turn: Turn, task: Task, worker_sid: str) -> bool:
    """Whether somebody just freed was given what comes before the task.

    A rejected task looks for workers before he who rejected it looks for tasks.
    """
    if worker_sid not in turn.freed:
        return False
    first = next_for(turn, worker_sid)
    if first is None or first.sid == task.sid:
        return False
    reserve(turn, first.sid, worker_sid)
    return True


def most_reserved(turn: Turn, task: Task) -> int:
    queue = turn.state.task_queues.get(task.task_queue_sid or "")
    return queue.max_reserved_workers if queue else 1


def candidates(turn: Turn, task: Task, target: Target | None, most: int) -> list[str]:
    """At most `most` workers, best first."""
    if most <= 0:
        return []
    only = known.the_one(turn.state, task)
    if only is not None:
        return [only] if only and can_take(turn, task, target, only) else []
    ready = turn.state.members.ready(task.task_queue_sid or "", task.task_channel_sid)
    if target is not None and target.order_by:
        fitting = [sid for sid in ready if suits(turn, task, target, sid)]
        return ranked(turn, task, target, fitting)[:most]
    fitting_first = (sid for sid in ready if suits(turn, task, target, sid))
    return list(islice(fitting_first, most))


def can_take(turn: Turn, task: Task, target: Target | None, worker_sid: str) -> bool:
    """Whether that one worker may be offered the task now."""
    state = turn.state
    worker = state.workers[worker_sid]
    if not state.activities[worker.activity_sid].available:
        return False
    belongs = task.past_queue or (
        task.task_queue_sid in state.members.queues_of[worker_sid]
    )
    room = task.ignore_capacity or state.members.has_room(
        worker_sid, task.task_channel_sid
    )
    return belongs and room and suits(turn, task, target, worker_sid)


def suits(turn: Turn, task: Task, target: Target | None, worker_sid: str) -> bool:
    """Whether the target's expression holds for the pair, and he has no part in it yet."""
    if turn.state.offers.holds(worker_sid, task.sid):
        return False
    if task.assignment_status == "reserved" and (
        not may_ring_further(turn, task) or had_his_turn(turn, task, worker_sid)
    ):
        return False
    if target is None or target.expression is None:
        return True
    names = names_for(turn, task, worker_sid, target.expression.text)
    return target.expression.matches(names)


def may_ring_further(turn: Turn, task: Task) -> bool:
    """A target that is over gets no new offers; the present ones may still be taken."""
    if task.assignment_status != "reserved":
        return False
    return task.target_ends is None or turn.now < task.target_ends


def had_his_turn(turn: Turn, task: Task, worker_sid: str) -> bool:
    """While it rings elsewhere, nobody is asked twice."""
    return any(
        one.worker_sid == worker_sid and one.round == task.assignments
        for one in turn.state.reservations_of_task(task.sid)
    )


def reserve(turn: Turn, task_sid: str, worker_sid: str) -> None:
    state = turn.state
    task, worker = state.tasks[task_sid], state.workers[worker_sid]
    if task.assignment_status == "pending":
        task = turn.update(
            task, assignment_status="reserved", assignments=task.assignments + 1
        )
    workflow = state.workflows.get(task.workflow_sid or "")
    seconds = workflow.task_reservation_timeout if workflow else DEFAULT_TIMEOUT_SECONDS
    reservation = Reservation(
        sid=turn.sids.new("WR"),
        workspace_sid=task.workspace_sid,
        task_sid=task.sid,
        worker_sid=worker.sid,
        task_queue_sid=task.task_queue_sid or "",
        workflow_sid=task.workflow_sid,
        task_channel_sid=task.task_channel_sid,
        timeout_at=turn.now + seconds * 1000,
        round=task.assignments,
        activity_before_sid=worker.activity_sid,
        transfer_sid=task.transfer_sid,
        date_created=turn.now,
        date_updated=turn.now,
    )
    turn.put(reservation)
    begin_idle_clock(turn, reservation)
    tell(turn, "created", reservation)
    own_activity(turn, reservation, "reservation_activity_sid")
    if workflow and workflow.assignment_callback_url:
        turn.assignments.append(
            Assignment(
                reservation.sid,
                workflow.sid,
                workflow.assignment_callback_url,
                workflow.fallback_assignment_callback_url,
            )
        )


def own_activity(turn: Turn, reservation: Reservation, field: str) -> None:
    """A single-tasking worker does what the queue says while it has him."""
    state = turn.state
    queue = state.task_queues.get(reservation.task_queue_sid)
    if queue is None or state.workspaces[queue.workspace_sid].multi_task_enabled:
        return
    activity_sid = getattr(queue, field)
    if activity_sid:
        move_worker(turn, state.workers[reservation.worker_sid], activity_sid)


def return_to_activity(turn: Turn, reservation: Reservation) -> None:
    """A single-tasking worker does again what he did before it rang.

    Unless somebody has moved him since: then he stays.
    """
    state = turn.state
    queue = state.task_queues.get(reservation.task_queue_sid)
    worker = state.workers[reservation.worker_sid]
    before = state.activities.get(reservation.activity_before_sid or "")
    if queue is None or before is None or not queue.reservation_activity_sid:
        return
    single = not state.workspaces[queue.workspace_sid].multi_task_enabled
    if single and worker.activity_sid == queue.reservation_activity_sid:
        move_worker(turn, worker, before.sid)


def begin_idle_clock(turn: Turn, reservation: Reservation) -> None:
    """Whoever was just offered or ended something goes to the back of the line."""
    state = turn.state
    worker = state.workers[reservation.worker_sid]
    order = state.next_in_order()
    turn.touch(worker, idle_since=turn.now, idle_order=order)
    if state.task_channels[reservation.task_channel_sid].channel_optimized_routing:
        channel = state.worker_channel(worker.sid, reservation.task_channel_sid)
        assert channel is not None
        turn.touch(channel, idle_since=turn.now, idle_order=order)


def tell(turn: Turn, what: str, reservation: Reservation) -> None:
    state = turn.state
    turn.tell(
        f"reservation.{what}",
        ("reservation", reservation.sid),
        reservation.workspace_sid,
        f"Reservation {reservation.sid} {what}",
        task_block(state, state.tasks[reservation.task_sid], turn.now),
        worker_block(state, state.workers[reservation.worker_sid]),
        reservation_block(state, reservation),
        measured=wait_of(turn, reservation) if what == "accepted" else NOTHING,
    )


def wait_of(turn: Turn, reservation: Reservation) -> Measured:
    """The wait that an acceptance ends."""
    task = turn.state.tasks[reservation.task_sid]
    again = reservation.transfer_sid is not None
    since = task.task_queue_entered_date or task.date_created
    return Measured(queue_age=(turn.now - since) // 1000, again=again)


def offer_work_to(turn: Turn, worker_sid: str) -> None:
    """Gives a worker what he has room for, the first in line first."""
    while (task := next_for(turn, worker_sid)) is not None:
        reserve(turn, task.sid, worker_sid)


def next_for(turn: Turn, worker_sid: str) -> Task | None:
    """What he takes next: a task that rings nowhere before one that rings elsewhere."""
    state = turn.state
    worker = state.workers.get(worker_sid)
    if worker is None or not state.activities[worker.activity_sid].available:
        return None
    waiting = state.waiting
    return first_for(turn, waiting.pending, worker) or first_for(
        turn, waiting.short, worker
    )


def first_for(turn: Turn, lines: Lines, worker: Worker) -> Task | None:
    state = turn.state
    first = state.workspaces[worker.workspace_sid].prioritize_queue_order
    found = [
        ((rank_of(state.task_queues.get(place), first), state.waiting.key(task)), task)
        for place in (worker.sid, *state.members.queues_of[worker.sid])
        for task in heads(turn, lines.at(place), worker.sid)
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def rank_of(queue: TaskQueue | None, first: str) -> int:
    """Which kind of queue is emptied before which; a worker's own line goes along.

    It orders its tasks as a FIFO queue, so it competes with those, and comes before
    LIFO ones where they come first.
    """
    if queue is None:
        return -1 if first == "LIFO" else 0
    return int(queue.task_order != first)


def heads(turn: Turn, lines: dict[str, list[Key]], worker_sid: str) -> Iterator[Task]:
    """Of each channel's line at a place, the first task he can take."""
    state = turn.state
    for channel_sid, line in lines.items():
        if channel_sid != ANY_CHANNEL and not state.members.has_room(
            worker_sid, channel_sid
        ):
            continue
        for key in line:
            task = state.tasks[key[-1]]
            if known.allows(state, task, worker_sid) and can_take(
                turn, task, target_of(turn, task), worker_sid
            ):
                yield task
                break


def offer_waiting(turn: Turn, queue: TaskQueue) -> None:
    """A queue that addresses others or more now: whoever waits there looks again.

    Each rings once before any rings at several.
    """
    waiting = turn.state.waiting
    for lines, at_once in ((waiting.pending, 1), (waiting.short, None)):
        # In order over all channels: who has one task at a time has one for all.
        for key in sorted(chain.from_iterable(lines.at(queue.sid).values())):
            offer(turn, turn.state.tasks[key[-1]], at_once)
