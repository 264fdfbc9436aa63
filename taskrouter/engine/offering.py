"""How workers are offered tasks, and what follows from it for both."""

from itertools import chain

from taskrouter.engine.activities import move_worker
from taskrouter.engine.events import (
    NOTHING,
    Measured,
    reservation_block,
    task_block,
    worker_block,
)
from taskrouter.engine.matching import candidates, next_for, still_to_ring, target_of
from taskrouter.engine.records import Reservation, Task, TaskQueue, Worker, Workflow
from taskrouter.engine.turn import Assignment, Turn

DEFAULT_TIMEOUT_SECONDS = 120


def offer(turn: Turn, task: Task, at_once: int | None = None) -> bool:
    """Offers a task to those who can take it now; whether it rings anywhere new."""
    most = still_to_ring(turn, task)
    most = most if at_once is None else min(most, at_once)
    target = target_of(turn, task)
    chosen = candidates(turn, task, target, most)
    while any(serve_first(turn, task, worker_sid) for worker_sid in chosen):
        chosen = candidates(turn, task, target, most)
    for worker_sid in chosen:
        # Once the task rings somewhere, another may come before it.
        if serve_first(turn, task, worker_sid):
            turn.look_again(task.sid)
        else:
            reserve(turn, task.sid, worker_sid)
    return bool(chosen)


def serve_first(turn: Turn, task: Task, worker_sid: str) -> bool:
    """Whether somebody was given what comes before the task.

    A rejected task looks for workers before he who rejected it looks for tasks, and
    one that rings already comes after those that ring at fewer than they may.
    """
    if worker_sid not in turn.freed and not turn.state.offers.ringing(task.sid):
        return False
    first = next_for(turn, worker_sid)
    if first is None or first.sid == task.sid:
        return False
    reserve(turn, first.sid, worker_sid)
    return True


def reserve(turn: Turn, task_sid: str, worker_sid: str) -> None:
    task, worker = turn.state.tasks[task_sid], turn.state.workers[worker_sid]
    if task.assignment_status == "pending":
        task = turn.update(
            task, assignment_status="reserved", assignments=task.assignments + 1
        )
    workflow = turn.state.workflows.get(task.workflow_sid or "")
    reservation = turn.put(reservation_of(turn, task, worker, workflow))
    begin_idle_clock(turn, reservation)
    tell(turn, "created", reservation)
    own_activity(turn, reservation, "reservation_activity_sid")
    look_for_more(turn, reservation)
    if workflow and workflow.assignment_callback_url:
        turn.assignments.append(
            Assignment(
                reservation.sid,
                workflow.sid,
                workflow.assignment_callback_url,
                workflow.fallback_assignment_callback_url,
            )
        )


def reservation_of(
    turn: Turn, task: Task, worker: Worker, workflow: Workflow | None
) -> Reservation:
    seconds = workflow.task_reservation_timeout if workflow else DEFAULT_TIMEOUT_SECONDS
    return Reservation(
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
        activity_while_sid=activity_in(
            turn, task.task_queue_sid, "reservation_activity_sid"
        ),
        transfer_sid=task.transfer_sid,
        date_created=turn.now,
        date_updated=turn.now,
    )


def look_for_more(turn: Turn, reservation: Reservation) -> None:
    """A step that asks what a worker has in hand may suit him, now that it has changed."""
    if turn.state.asking.in_workspace(reservation.workspace_sid):
        turn.free([reservation.worker_sid])


def own_activity(turn: Turn, reservation: Reservation, field: str) -> None:
    """A single-tasking worker does what the queue says while it has him."""
    activity_sid = activity_in(turn, reservation.task_queue_sid, field)
    if activity_sid:
        move_worker(turn, turn.state.workers[reservation.worker_sid], activity_sid)


def activity_in(turn: Turn, queue_sid: str | None, field: str) -> str | None:
    """What the queue says; None where workers have several tasks at a time."""
    queue = turn.state.task_queues.get(queue_sid or "")
    if queue is None:
        return None
    single = not turn.state.workspaces[queue.workspace_sid].multi_task_enabled
    return getattr(queue, field) if single else None


def return_to_activity(turn: Turn, reservation: Reservation) -> None:
    """A single-tasking worker does again what he did before it rang.

    Unless somebody has moved him since: then he stays. Whatever his queue or his
    Workspace say by now, it was the offer that moved him.
    """
    worker = turn.state.workers[reservation.worker_sid]
    before = turn.state.activities.get(reservation.activity_before_sid or "")
    if before is not None and worker.activity_sid == reservation.activity_while_sid:
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


def offer_work_to(turn: Turn, worker_sid: str) -> bool:
    """Gives the first in line of what a worker has room for to whoever comes first."""
    task = next_for(turn, worker_sid)
    if task is None:
        return False
    reserve(turn, *first_pair(turn, task, worker_sid))
    return True


def first_pair(turn: Turn, task: Task, worker_sid: str) -> tuple[str, str]:
    """Of several who got room at once, another may come before him for his task."""
    asked: set[str] = set()
    while turn.freed and worker_sid not in asked:
        asked.add(worker_sid)
        best = next(iter(candidates(turn, task, target_of(turn, task), 1)), worker_sid)
        if best != worker_sid and (first := next_for(turn, best)) is not None:
            worker_sid, task = best, first
    return task.sid, worker_sid


def offer_waiting(turn: Turn, queue: TaskQueue) -> None:
    """A queue that addresses others or more now: whoever waits there looks again.

    Each rings once before any rings at several.
    """
    waiting = turn.state.waiting
    for lines, at_once in ((waiting.pending, 1), (waiting.short, None)):
        # In order over all channels: who has one task at a time has one for all.
        for key in sorted(chain.from_iterable(lines.at(queue.sid).values())):
            offer(turn, turn.state.tasks[key[-1]], at_once)
