"""What events tell of a task: where it is, where it came from and why."""

from taskrouter.engine.events import (
    NOTHING,
    Data,
    Measured,
    queue_block,
    task_block,
    text,
    workflow_block,
)
from taskrouter.engine.records import Task
from taskrouter.engine.turn import Turn


def tell(
    turn: Turn,
    type: str,
    task: Task,
    what: str,
    *blocks: Data,
    measured: Measured = NOTHING,
    said: str = "",
) -> None:
    state = turn.state
    turn.tell(
        type,
        ("task", task.sid),
        task.workspace_sid,
        said or f"Task {task.sid} {what}",
        task_block(state, task, turn.now),
        queue_block(state, task.task_queue_sid),
        workflow_block(state, task.workflow_sid),
        *blocks,
        measured=measured,
    )


def tell_moved(turn: Turn, before: Task, task: Task, reason: str) -> None:
    """Nothing, if it is in the same queue as before."""
    if before.task_queue_sid == task.task_queue_sid:
        return
    if before.task_queue_sid is not None:
        previous = previous_block(turn, before, reason)
        tell(turn, "task-queue.moved", task, "moved to another queue", previous)
    tell(turn, "task-queue.entered", task, "entered a queue")


def previous_block(turn: Turn, before: Task, reason: str) -> Data:
    if before.task_queue_sid is None:
        return {}
    return {
        "previous_task_queue_sid": before.task_queue_sid,
        "previous_task_queue_name": queue_name(turn, before.task_queue_sid),
        "previous_task_priority": text(before.priority),
        "target_changed_reason": reason,
    }


def queue_name(turn: Turn, sid: str) -> str:
    """A target has no name of its own; it goes by its queue's."""
    queue = turn.state.task_queues.get(sid)
    return queue.friendly_name if queue else ""
