"""Task queues: whom they address and in which order they empty."""

from expressions import ExpressionError, addressing, compile_expression
from taskrouter.engine import checks, configurations, offering
from taskrouter.engine.checks import given, only_given, or_none
from taskrouter.engine.commands import (
    CreateTaskQueue,
    DeleteTaskQueue,
    UpdateTaskQueue,
)
from taskrouter.engine.events import queue_block
from taskrouter.engine.records import TASK_LIVE, TaskQueue
from taskrouter.engine.refusal import Refused
from taskrouter.engine.turn import Turn
from taskrouter.engine.workflow import parse

MOST = 5_000
MOST_RESERVED = 50
EVERYBODY = "1==1"


def create(turn: Turn, command: CreateTaskQueue) -> TaskQueue:
    checks.the_workspace(turn.state, command.workspace_sid)
    name = checks.required_name(command.friendly_name)
    checks.at_most(turn.state, "task_queue", command.workspace_sid, MOST)
    judge(turn, command)
    queue = turn.put(
        TaskQueue(
            sid=turn.sids.new("WQ"),
            workspace_sid=command.workspace_sid,
            friendly_name=name,
            target_workers=given(command.target_workers, EVERYBODY),
            max_reserved_workers=given(command.max_reserved_workers, 1),
            task_order=given(command.task_order, "FIFO"),
            reservation_activity_sid=given(
                or_none(command.reservation_activity_sid), None
            ),
            assignment_activity_sid=given(
                or_none(command.assignment_activity_sid), None
            ),
            date_created=turn.now,
            date_updated=turn.now,
        )
    )
    tell(turn, "created", queue)
    return queue


def update(turn: Turn, command: UpdateTaskQueue) -> TaskQueue:
    old: TaskQueue = checks.the_current(turn.state, "task_queue", command)
    checks.name(command.friendly_name)
    judge(turn, command)
    new = turn.update(
        old,
        **only_given(
            friendly_name=command.friendly_name,
            target_workers=command.target_workers,
            max_reserved_workers=command.max_reserved_workers,
            task_order=command.task_order,
            reservation_activity_sid=or_none(command.reservation_activity_sid),
            assignment_activity_sid=or_none(command.assignment_activity_sid),
        ),
    )
    if new.target_workers != old.target_workers:
        tell(turn, "expression.updated", new)
    if addressed(new) != addressed(old):
        offering.offer_waiting(turn, new)
    return new


def addressed(queue: TaskQueue) -> tuple[str, int]:
    """Whom the queue offers a task to, and at how many it rings."""
    return queue.target_workers, queue.max_reserved_workers


def judge(turn: Turn, command: CreateTaskQueue | UpdateTaskQueue) -> None:
    try:
        compile_expression(addressing(given(command.target_workers, EVERYBODY)))
    except ExpressionError as error:
        raise Refused(f"TargetWorkers: not a valid expression, {error}.") from None
    checks.between("MaxReservedWorkers", command.max_reserved_workers, 1, MOST_RESERVED)
    checks.one_of("TaskOrder", command.task_order, ("FIFO", "LIFO"))
    for field, sid in (
        ("ReservationActivitySid", command.reservation_activity_sid),
        ("AssignmentActivitySid", command.assignment_activity_sid),
    ):
        if given(sid, ""):
            checks.referred(turn.state, "activity", command, field, sid)


def delete(turn: Turn, command: DeleteTaskQueue) -> None:
    queue: TaskQueue = checks.the_current(turn.state, "task_queue", command)
    users = used_by(turn, queue)
    if users:
        raise Refused(
            f"TaskQueue {queue.friendly_name} ({queue.sid}) cannot be deleted: {users}."
        )
    turn.drop(queue)
    tell(turn, "deleted", queue)


def used_by(turn: Turn, queue: TaskQueue) -> str:
    """Who refers to the queue, in words; "" where nobody does."""
    for workflow in turn.state.inside(queue.workspace_sid, "workflow"):
        if queue.sid in parse(workflow.configuration).queues:
            return f"the Workflow {workflow.friendly_name} leads there; change it first"
    old = configurations.led_to(turn.state, queue.workspace_sid, queue.sid)
    if old is not None:
        return f"tasks wait in earlier steps of the Workflow {old.friendly_name}"
    for task in turn.state.inside(queue.workspace_sid, "task"):
        if task.task_queue_sid == queue.sid and task.assignment_status in TASK_LIVE:
            return "it holds live tasks; complete or cancel them first"
    return ""


def tell(turn: Turn, what: str, queue: TaskQueue) -> None:
    turn.tell(
        f"task-queue.{what}",
        ("taskqueue", queue.sid),
        queue.workspace_sid,
        f"TaskQueue {queue.friendly_name} {what.replace('.', ' ')}",
        {
            "task_queue_sid": queue.sid,
            "task_queue_name": queue.friendly_name,
            "task_queue_target_expression": queue.target_workers,
        }
        if what == "deleted"
        else queue_block(turn.state, queue.sid),
    )
