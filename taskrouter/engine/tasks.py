"""Tasks: changed, canceled, wrapped up, completed, deleted, expired."""

from taskrouter.engine import checks, matching, reservations, routing, transfers
from taskrouter.engine.checks import given, only_given, or_empty
from taskrouter.engine.commands import UNSET, CreateTask, DeleteTask, Text, UpdateTask
from taskrouter.engine.due import expires_at
from taskrouter.engine.events import reason_block
from taskrouter.engine.records import TASK_LIVE, Task, TaskChannel
from taskrouter.engine.refusal import Refused
from taskrouter.engine.task_events import tell
from taskrouter.engine.turn import Turn

EXPIRED = "Task TTL Exceeded"
EARLIEST_START = -2_208_988_800_000
"1900-01-01"


def judge(turn: Turn, command: CreateTask | UpdateTask) -> None:
    checks.attributes(command.attributes)
    checks.between("Priority", command.priority, 0, routing.HIGHEST_PRIORITY)
    start = command.virtual_start_time
    if start is not UNSET and not EARLIEST_START <= given(start, 0) <= turn.now:
        raise Refused("VirtualStartTime: must lie between 1900 and now.")


def channel_of(turn: Turn, command: CreateTask | UpdateTask) -> TaskChannel:
    name = given(command.task_channel, "") or "default"
    channel = turn.state.channel_named(command.workspace_sid, name)
    if channel is None:
        raise Refused(
            f"TaskChannel: there is no TaskChannel {name!r} in this Workspace."
        )
    return channel


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
    tell(turn, type, task, what, reason_block(task))
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
