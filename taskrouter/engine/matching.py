"""Who is offered which task.

A task that arrives looks for workers; a worker who has room looks for tasks. Both ask
the same of the pair: membership, room, the target's expression, its known worker.
"""

from typing import Any

from taskrouter.engine.activities import move_worker
from taskrouter.engine.events import reservation_block, task_block, worker_block
from taskrouter.engine.records import Reservation, Task, TaskQueue
from taskrouter.engine.turn import Assignment, Turn
from taskrouter.engine.workflow import Target, parse

DEFAULT_TIMEOUT_SECONDS = 120


def target_of(turn: Turn, task: Task) -> Target | None:
    """The workflow's step the task is in; None for one routed past the workflow."""
    workflow = turn.state.workflows.get(task.workflow_sid or "")
    if workflow is None or task.filter_at is None:
        return None
    configuration = parse(workflow.configuration)
    if task.filter_at < 0:
        return configuration.default
    # The configuration may have shrunk since the task came to its step.
    if task.filter_at >= len(configuration.filters):
        return None
    targets = configuration.filters[task.filter_at].targets
    return targets[task.target_at] if task.target_at < len(targets) else None


def offer(turn: Turn, task: Task) -> bool:
    """Offers a pending task to those who can take it now; whether anybody could."""
    target = target_of(turn, task)
    queue = turn.state.task_queues.get(task.task_queue_sid or "")
    most = queue.max_reserved_workers if queue else 1
    chosen = candidates(turn, task, target, most)
    for worker_sid in chosen:
        reserve(turn, task.sid, worker_sid)
    return bool(chosen)


def candidates(turn: Turn, task: Task, target: Target | None, most: int) -> list[str]:
    """At most `most` workers, best first."""
    if task.only_worker_sid is not None:
        only = task.only_worker_sid
        return [only] if only and can_take(turn, task, target, only) else []
    ready = turn.state.members.ready(task.task_queue_sid or "", task.task_channel_sid)
    if target is not None and target.order_by:
        fitting = [sid for _, sid in ready if suits(turn, task, target, sid)]
        return ranked(turn, task, target, fitting)[:most]
    chosen: list[str] = []
    for _, worker_sid in ready:
        if suits(turn, task, target, worker_sid):
            chosen.append(worker_sid)
            if len(chosen) == most:
                break
    return chosen


def can_take(turn: Turn, task: Task, target: Target | None, worker_sid: str) -> bool:
    """Whether that one worker may be offered the task now."""
    state = turn.state
    worker = state.workers.get(worker_sid)
    if worker is None or not state.activities[worker.activity_sid].available:
        return False
    belongs = not task.task_queue_sid or (
        task.task_queue_sid in state.members.queues_of[worker_sid]
    )
    room = task.ignore_capacity or state.members.has_room(
        worker_sid, task.task_channel_sid
    )
    return belongs and room and suits(turn, task, target, worker_sid)


def suits(turn: Turn, task: Task, target: Target | None, worker_sid: str) -> bool:
    """Whether the target's expression holds for the pair, and he has no part in it yet."""
    if target is not None and target.expression is not None:
        names = names_for(turn, task, worker_sid, target.expression.text)
        if not target.expression.matches(names):
            return False
    return not any(
        one.worker_sid == worker_sid and one.reservation_status == "pending"
        for one in turn.state.reservations_of_task(task.sid)
    )


def names_for(turn: Turn, task: Task, worker_sid: str, text: str) -> dict[str, Any]:
    state = turn.state
    worker = state.worker_values[worker_sid]
    if "channel" in text:
        worker = {**worker, "channel": channel_values(turn, worker_sid)}
    return {"task": state.task_values[task.sid], "worker": worker}


def channel_values(turn: Turn, worker_sid: str) -> dict[str, dict[str, int]]:
    """What `worker.channel.<name>` shows."""
    state, values = turn.state, {}
    workspace_sid = state.workers[worker_sid].workspace_sid
    for channel in state.inside(workspace_sid, "task_channel"):
        own = state.worker_channel(worker_sid, channel.sid)
        if own is not None:
            used = state.load(worker_sid, channel.sid)
            capacity = own.configured_capacity
            left = max(0, (capacity - used) * 100 // capacity) if capacity else 0
            values[channel.unique_name] = {
                "configured_capacity": capacity,
                "assigned_tasks": assigned(turn, worker_sid, channel.sid),
                "available_capacity_percentage": left,
            }
    return values


def assigned(turn: Turn, worker_sid: str, channel_sid: str) -> int:
    return sum(
        one.reservation_status == "accepted" and one.task_channel_sid == channel_sid
        for one in turn.state.reservations_of_worker(worker_sid)
    )


def ranked(turn: Turn, task: Task, target: Target, workers: list[str]) -> list[str]:
    """By each clause in turn, longest idle among equals; no whole number sorts last."""
    for value, descending in reversed(target.order_by):

        def rank(worker_sid: str) -> tuple[bool, int]:
            found = value(names_for(turn, task, worker_sid, "channel"))  # noqa: B023
            if isinstance(found, bool) or not isinstance(found, int):
                return True, 0
            return False, -found if descending else found  # noqa: B023

        workers = sorted(workers, key=rank)
    return workers


def reserve(turn: Turn, task_sid: str, worker_sid: str) -> None:
    state = turn.state
    task, worker = state.tasks[task_sid], state.workers[worker_sid]
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
        date_created=turn.now,
        date_updated=turn.now,
    )
    turn.put(reservation)
    turn.update(task, assignment_status="reserved", assignments=task.assignments + 1)
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


def begin_idle_clock(turn: Turn, reservation: Reservation) -> None:
    """Whoever was just offered or ended something goes to the back of the line."""
    state = turn.state
    worker = state.workers.get(reservation.worker_sid)
    if worker is None:
        return
    turn.touch(worker, idle_since=turn.now)
    channel = state.worker_channel(worker.sid, reservation.task_channel_sid)
    if channel is not None:
        turn.touch(channel, idle_since=turn.now)


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
    )


def offer_work_to(turn: Turn, worker_sid: str) -> None:
    """Gives a worker what he has room for, the first in line first."""
    while (task := next_for(turn, worker_sid)) is not None:
        reserve(turn, task.sid, worker_sid)


def next_for(turn: Turn, worker_sid: str) -> Task | None:
    state = turn.state
    worker = state.workers.get(worker_sid)
    if worker is None or not state.activities[worker.activity_sid].available:
        return None
    first = state.workspaces[worker.workspace_sid].prioritize_queue_order
    found: list[tuple[Any, Task]] = []
    # A task routed straight to him waits in a line of his own.
    for place in [worker_sid, *state.members.queues_of[worker_sid]]:
        queue = state.task_queues.get(place)
        for task in heads(turn, place, worker_sid):
            order = queue.task_order if queue else "FIFO"
            found.append(((order != first, state.waiting.key(task)), task))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def heads(turn: Turn, place: str, worker_sid: str) -> list[Task]:
    """Of each channel's line at that place, the first task he can take."""
    state, found = turn.state, []
    for channel_sid in state.sids_inside(
        state.workers[worker_sid].workspace_sid, "task_channel"
    ):
        for key in state.waiting.line(place, channel_sid):
            task = state.tasks[key[-1]]
            if takes(turn, task, worker_sid):
                found.append(task)
                break
            if not may_take_others(turn, channel_sid, worker_sid):
                break
    return found


def may_take_others(turn: Turn, channel_sid: str, worker_sid: str) -> bool:
    """Without room only a task that ignores capacity is left, in his own line."""
    return turn.state.members.has_room(worker_sid, channel_sid)


def takes(turn: Turn, task: Task, worker_sid: str) -> bool:
    if task.only_worker_sid not in (None, worker_sid):
        return False
    return can_take(turn, task, target_of(turn, task), worker_sid)


def offer_waiting(turn: Turn, queue: TaskQueue) -> None:
    """A queue that addresses others now: whoever waits there looks again."""
    for channel_sid in list(
        turn.state.sids_inside(queue.workspace_sid, "task_channel")
    ):
        for key in list(turn.state.waiting.line(queue.sid, channel_sid)):
            offer(turn, turn.state.tasks[key[-1]])
