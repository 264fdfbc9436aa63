"""Tasks: created, changed, canceled, wrapped up, completed, deleted, expired."""

from taskrouter.engine import checks, matching, reservations, routing, transfers
from taskrouter.engine.checks import given, only_given, or_empty, or_unset
from taskrouter.engine.commands import UNSET, CreateTask, DeleteTask, Text, UpdateTask
from taskrouter.engine.due import expires_at
from taskrouter.engine.events import (
    queue_block,
    reason_block,
    task_block,
    workflow_block,
)
from taskrouter.engine.records import TASK_LIVE, Task, TaskChannel, Workflow
from taskrouter.engine.refusal import Refused
from taskrouter.engine.turn import Turn

MOST_LIVE = 25_000
LONGEST_TTL = 1_209_600
EXPIRED = "Task TTL Exceeded"
EARLIEST_START = -2_208_988_800_000
"1900-01-01"


def create(turn: Turn, command: CreateTask) -> Task:
    checks.the_workspace(turn.state, command.workspace_sid)
    judge(turn, command)
    checks.between("Timeout", command.timeout, 1, LONGEST_TTL)
    judge_room(turn, command.workspace_sid)
    channel = channel_of(turn, command)
    route = straight_to(turn, command)
    workflow = workflow_of(turn, command, route)
    turn.state.sequence += 1
    task = turn.put(
        Task(
            sid=turn.sids.new("WT"),
            workspace_sid=command.workspace_sid,
            workflow_sid=workflow.sid if workflow else None,
            task_channel_sid=channel.sid,
            attributes=given(or_empty(command.attributes), "{}"),
            priority=given(command.priority, 0),
            timeout=given(command.timeout, 86_400),
            virtual_start_time=given(command.virtual_start_time, turn.now),
            routing_target=route,
            ignore_capacity=ignores_capacity(command, route),
            sequence=turn.state.sequence,
            date_created=turn.now,
            date_updated=turn.now,
        )
    )
    tell(turn, "task.created", task, "created")
    begin(turn, task, given(command.task_queue_sid, ""))
    return turn.state.tasks[task.sid]


def judge_room(turn: Turn, workspace_sid: str) -> None:
    """Tasks that have ended take no room; they are counted only where it matters."""
    if len(turn.state.sids_inside(workspace_sid, "task")) < MOST_LIVE:
        return
    tasks = turn.state.inside(workspace_sid, "task")
    if sum(one.assignment_status in TASK_LIVE for one in tasks) >= MOST_LIVE:
        raise Refused(f"A Workspace holds at most {MOST_LIVE} live tasks.")


def channel_of(turn: Turn, command: CreateTask | UpdateTask) -> TaskChannel:
    name = given(command.task_channel, "") or "default"
    channel = turn.state.channel_named(command.workspace_sid, name)
    if channel is None:
        raise Refused(
            f"TaskChannel: there is no TaskChannel {name!r} in this Workspace."
        )
    return channel


def straight_to(turn: Turn, command: CreateTask) -> str | None:
    """Where the task goes past its workflow: a worker, a queue or another workflow."""
    queue_sid = or_unset(command.task_queue_sid)
    checks.referred(turn.state, "task_queue", command, "TaskQueueSid", queue_sid)
    target = given(command.routing_target, "")
    if not target:
        return given(queue_sid, "") or None
    kind = {"WK": "worker", "WQ": "task_queue", "WW": "workflow"}.get(target[:2])
    if kind is None:
        raise Refused(f"RoutingTarget: {target} is no Worker, TaskQueue or Workflow.")
    checks.referred(turn.state, kind, command, "RoutingTarget", target)
    return target


def workflow_of(turn: Turn, command: CreateTask, route: str | None) -> Workflow | None:
    wanted = given(command.workflow_sid, "") or None
    if route is not None and route.startswith("WW"):
        wanted = route
    if wanted is not None:
        checks.referred(turn.state, "workflow", command, "WorkflowSid", wanted)
        return turn.state.workflows[wanted]
    workflows: list[Workflow] = list(
        turn.state.inside(command.workspace_sid, "workflow")
    )
    if len(workflows) == 1:
        return workflows[0]
    if route is None:
        raise Refused("WorkflowSid: required unless the Workspace has one Workflow.")
    return None


def ignores_capacity(command: CreateTask, route: str | None) -> bool:
    to_worker = route is not None and route.startswith("WK")
    return to_worker and given(command.ignore_capacity, True)


def begin(turn: Turn, task: Task, queue_sid: str) -> None:
    """The queue is where a task belongs that goes straight to a worker."""
    route = task.routing_target or ""
    if route.startswith("WQ"):
        enter(turn, task, route)
    elif route.startswith("WK"):
        task = turn.update(task, only_worker_sid=route, past_queue=True)
        enter(turn, task, queue_sid)
    else:
        tell(turn, "workflow.entered", task, "entered its workflow")
    routing.start(turn, task.sid)


def enter(turn: Turn, task: Task, queue_sid: str) -> None:
    if queue_sid:
        task = turn.update(
            task, task_queue_sid=queue_sid, task_queue_entered_date=turn.now
        )
        routing.tell(turn, "task-queue.entered", task, "entered a queue")


def judge(turn: Turn, command: CreateTask | UpdateTask) -> None:
    checks.attributes(command.attributes)
    checks.between("Priority", command.priority, 0, routing.HIGHEST_PRIORITY)
    start = command.virtual_start_time
    if start is not UNSET and not EARLIEST_START <= given(start, 0) <= turn.now:
        raise Refused("VirtualStartTime: must lie between 1900 and now.")


def update(turn: Turn, command: UpdateTask) -> Task:
    task: Task = checks.the_current(turn.state, "task", command)
    judge(turn, command)
    status = given(command.assignment_status, "")
    if status:
        judge_status(turn, task, status)
        if status != "canceled" and command.attributes is not UNSET:
            raise Refused(
                f"Attributes and AssignmentStatus={status} cannot change in one"
                " request; send two."
            )
    task = change_fields(turn, task, command, status)
    return change_status(turn, task, status, command.reason) if status else task


def change_fields(turn: Turn, task: Task, command: UpdateTask, status: str) -> Task:
    """All but the status; nothing is routed anew that is about to end."""
    fields = only_given(
        attributes=or_empty(command.attributes),
        priority=command.priority,
        virtual_start_time=command.virtual_start_time,
    )
    if command.reason is not UNSET and status in ("", "wrapping"):
        fields["reason"] = given(command.reason, "") or None
    if given(command.task_channel, ""):
        fields["task_channel_sid"] = channel_of(turn, command).sid
        judge_channel(task, fields["task_channel_sid"])
    anew = not status and bool(fields.keys() & {"attributes", "task_channel_sid"})
    if sets_priority(turn, task) and not (anew and task.assignment_status == "pending"):
        fields.pop("priority", None)
    if not fields:
        return task
    task = turn.update(task, **fields)
    tell(turn, "task.updated", task, "updated")
    if anew:
        routing.start(turn, task.sid, "Task updated")
        # One that rings stays where it is, and may be for others too now.
        turn.look_again(task.sid)
    return turn.state.tasks[task.sid]


def sets_priority(turn: Turn, task: Task) -> bool:
    """Whether it waits in a target that sets its priority: no update changes it there."""
    if task.assignment_status not in ("pending", "reserved"):
        return False
    target = matching.target_of(turn, task)
    return target is not None and target.priority is not None


def judge_channel(task: Task, channel_sid: str) -> None:
    """Whoever has the task, or rings, has room taken on the channel it has."""
    if channel_sid != task.task_channel_sid and task.assignment_status != "pending":
        raise Refused("TaskChannel: changes only while the task is pending.")


STATUS_FROM = {
    "canceled": ("pending", "reserved"),
    "wrapping": ("assigned",),
    "completed": ("assigned", "wrapping"),
}
REFUSALS = {
    "canceled": "Cannot cancel task {task} because it is not pending or reserved.",
    "wrapping": (
        "Cannot wrap up task {task} in workspace {workspace} for account {account}"
        " because it is not currently assigned."
    ),
    "completed": (
        "Cannot complete task {task} in workspace {workspace} for account {account}"
        " because it is not currently assigned."
    ),
}


def judge_status(turn: Turn, task: Task, status: str) -> None:
    checks.one_of("AssignmentStatus", status, tuple(STATUS_FROM))
    if task.assignment_status in STATUS_FROM[status]:
        return
    account = turn.state.workspaces[task.workspace_sid].account_sid
    raise Refused(
        REFUSALS[status].format(
            task=task.sid, workspace=task.workspace_sid, account=account
        )
    )


def change_status(turn: Turn, task: Task, status: str, reason: Text) -> Task:
    # One that was given before is not lost where the end gives none.
    why = given(reason, task.reason or "") or None
    if status == "canceled":
        return cancel(turn, task, why)
    if status == "wrapping":
        return wrap_up(turn, task)
    for reservation in reservations.in_hand(turn, task):
        reservations.finish_own(turn, reservation)
    return reservations.finish(turn, task, why)


def cancel(turn: Turn, task: Task, reason: str | None, said: str = "") -> Task:
    """Whoever was being offered it stops ringing first."""
    for reservation in reservations.pending(turn, task):
        reservations.take_away(turn, reservation)
    task = transfers.abandon(turn, turn.state.tasks[task.sid])
    return routing.cancel(turn, task, reason, said)


def wrap_up(turn: Turn, task: Task) -> Task:
    for reservation in reservations.in_hand(turn, task):
        if reservation.reservation_status == "accepted":
            reservations.wrap_up(turn, reservation)
    return turn.state.tasks[task.sid]


def delete(turn: Turn, command: DeleteTask) -> None:
    task: Task = checks.the_current(turn.state, "task", command)
    remove(turn, task, "task.deleted", "deleted")


def remove(turn: Turn, task: Task, type: str, what: str) -> None:
    for reservation in reservations.pending(turn, task):
        reservations.take_away(turn, reservation)
    task = transfers.abandon(turn, turn.state.tasks[task.sid])
    for reservation in reservations.in_hand(turn, task):
        reservations.take_away(turn, reservation)
    routing.tell(turn, type, task, what, reason_block(task))
    forget(turn, task)


def forget(turn: Turn, task: Task) -> None:
    for transfer in turn.state.transfers_of_task(task.sid):
        turn.drop(transfer)
    for reservation in turn.state.reservations_of_task(task.sid):
        turn.drop(reservation)
    turn.drop(turn.state.tasks[task.sid])


def due(turn: Turn, task: Task) -> None:
    """What time does to a task: forget it, expire it, or send it one target on."""
    status = task.assignment_status
    if status not in TASK_LIVE:
        forget(turn, task)
    elif status in ("assigned", "wrapping"):
        remove(turn, task, "task.system-deleted", "deleted by the system")
    elif expires_at(task) <= turn.now:
        expire(turn, task)
    else:
        routing.target_timed_out(turn, task)


def expire(turn: Turn, task: Task) -> None:
    if task.transfer_sid is not None:
        transfers.expire(turn, task)
    else:
        cancel(turn, task, EXPIRED, EXPIRED)


def tell(turn: Turn, type: str, task: Task, what: str) -> None:
    state = turn.state
    turn.tell(
        type,
        ("task", task.sid),
        task.workspace_sid,
        f"Task {task.sid} {what}",
        task_block(state, task, turn.now),
        queue_block(state, task.task_queue_sid),
        workflow_block(state, task.workflow_sid),
    )
