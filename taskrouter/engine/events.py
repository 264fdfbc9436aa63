"""Events as the engine gives them, and the blocks of `event_data` they share."""

from typing import Any

import msgspec

from taskrouter.engine.commands import Source
from taskrouter.engine.records import Reservation, Task, Worker, Workspace
from taskrouter.engine.state import State

Data = dict[str, str]


class Measured(msgspec.Struct, frozen=True):
    """What statistics count and event_data does not say, or not to the millisecond."""

    queue_age: int | None = None
    "Whole seconds since the task entered its queue, where a wait ended."
    since: int | None = None
    "Since when (ms) the worker had been in the activity that ended."
    again: bool = False
    "The task had been accepted before: it was transferred."


NOTHING = Measured()


class Event(msgspec.Struct, frozen=True):
    """One event. `data` is the complete event_data, every value text (section 4.3 of
    TaskRouter's reference); the sids beside it are what the log is searched by.
    `workspace` is as it was then: it may be changed or gone when callbacks are made."""

    sid: str
    workspace: Workspace
    ms: int
    type: str
    description: str
    resource_type: str
    resource_sid: str
    source: Source
    data: Data
    measured: Measured = NOTHING

    @property
    def workspace_sid(self) -> str:
        return self.workspace.sid

    @property
    def actor_sid(self) -> str:
        actors = {
            "account": self.workspace.account_sid,
            "workspace": self.workspace.sid,
        }
        return self.source.actor_sid or actors.get(self.source.actor_type, "")

    @property
    def task_sid(self) -> str:
        return self.data.get("task_sid", "")

    @property
    def worker_sid(self) -> str:
        return self.data.get("worker_sid", "")


def text(value: Any) -> str:
    """How a value reads in event_data."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def seconds(ms: int | None) -> str:
    return "" if ms is None else str(ms // 1000)


def workspace_block(state: State, workspace_sid: str) -> Data:
    workspace = state.workspaces[workspace_sid]
    return {"workspace_sid": workspace_sid, "workspace_name": workspace.friendly_name}


def task_block(state: State, task: Task, now: int) -> Data:
    # It may be gone once its tasks have ended.
    channel = state.task_channels.get(task.task_channel_sid)
    return {
        "task_sid": task.sid,
        "task_attributes": task.attributes,
        "task_age": str((now - task.date_created) // 1000),
        "task_priority": str(task.priority),
        "task_assignment_status": status_of(task),
        "task_date_created": str(task.date_created // 1000),
        "task_queue_entered_date": seconds(task.task_queue_entered_date),
        "task_virtual_start_time": str(task.virtual_start_time // 1000),
        "task_version": str(task.version),
        "task_channel_sid": task.task_channel_sid,
        "task_channel_unique_name": channel.unique_name if channel else "",
        "task_ignore_capacity": "true" if task.ignore_capacity else "false",
        "task_routing_target": task.routing_target or "",
        "task_re_evaluated_reason": task.re_evaluated_reason,
    }


def status_of(task: Task) -> str:
    """Events call a task that is handed over transferring; the API, pending."""
    transferring = task.transfer_sid and task.assignment_status == "pending"
    return "transferring" if transferring else task.assignment_status


def is_held(task: Task) -> bool:
    """Whether its target is for one known worker alone."""
    held = task.only_worker_sid is not None or task.only_worker_name is not None
    return held and task.filter_at is not None


def reason_block(task: Task) -> Data:
    """Why it ends, or wraps up to end."""
    waits_or_waited = task.assignment_status in ("pending", "reserved", "canceled")
    name = "task_canceled_reason" if waits_or_waited else "task_completed_reason"
    return {name: text(task.reason), "reason": text(task.reason)}


def workflow_block(state: State, workflow_sid: str | None) -> Data:
    if not workflow_sid:
        return {}
    workflow = state.workflows.get(workflow_sid)
    name = workflow.friendly_name if workflow else ""
    return {"workflow_sid": workflow_sid, "workflow_name": name}


def queue_block(state: State, queue_sid: str | None) -> Data:
    queue = state.task_queues.get(queue_sid or "")
    if queue is None:
        return {}
    return {
        "task_queue_sid": queue.sid,
        "task_queue_name": queue.friendly_name,
        "task_queue_target_expression": queue.target_workers,
    }


def worker_block(state: State, worker: Worker) -> Data:
    return {
        "worker_sid": worker.sid,
        "worker_name": worker.friendly_name,
        "worker_attributes": worker.attributes,
        "worker_activity_sid": worker.activity_sid,
        "worker_activity_name": state.activities[worker.activity_sid].friendly_name,
        "worker_version": text(worker.version),
    }


def reservation_block(state: State, reservation: Reservation) -> Data:
    channel = state.worker_channel(reservation.worker_sid, reservation.task_channel_sid)
    used = state.load(reservation.worker_sid, reservation.task_channel_sid)
    queue = state.task_queues.get(reservation.task_queue_sid)
    workflow = state.workflows.get(reservation.workflow_sid or "")
    task = state.tasks[reservation.task_sid]
    known = {"known_worker_sid": reservation.worker_sid} if is_held(task) else {}
    return {
        "reservation_sid": reservation.sid,
        "reservation_status": reservation.reservation_status,
        "reservation_version": text(reservation.version),
        "worker_channel_capacity": text(channel.configured_capacity if channel else 0),
        "worker_channel_consumed_capacity": text(used),
        # Also of a task that went past queue or workflow: the names are always there.
        "task_queue_sid": reservation.task_queue_sid,
        "task_queue_name": queue.friendly_name if queue else "",
        "workflow_sid": reservation.workflow_sid or "",
        "workflow_name": workflow.friendly_name if workflow else "",
        **known,
    }
