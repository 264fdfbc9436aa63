"""What can be asked of the engine: one dataclass per write of the API.

Values are typed but not yet judged; the engine refuses what TaskRouter would. A field
left UNSET was not given and is not changed.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Unset(Enum):
    UNSET = "unset"


UNSET: Final = Unset.UNSET
Text = str | Unset
Number = int | Unset
Flag = bool | Unset


@dataclass(frozen=True, slots=True)
class Source:
    """Who asked, as events report it; no `actor_sid`: the account or workspace itself."""

    actor_type: str = "account"
    actor_sid: str = ""
    source: str = "api"
    ip: str = ""


TASKROUTER = Source(actor_type="workspace", source="twilio")
"What TaskRouter does by itself: time passing, answers of assignment callbacks."


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True, kw_only=True)
class InWorkspace(Command):
    workspace_sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOne(InWorkspace):
    """About one resource; `if_match` is the version the client last saw."""

    sid: str
    if_match: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWorkspace(Command):
    account_sid: str
    friendly_name: Text = UNSET
    event_callback_url: Text = UNSET
    events_filter: Text = UNSET
    multi_task_enabled: Flag = UNSET
    template: Text = UNSET
    prioritize_queue_order: Text = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWorkspace(InWorkspace):
    friendly_name: Text = UNSET
    event_callback_url: Text = UNSET
    events_filter: Text = UNSET
    multi_task_enabled: Flag = UNSET
    prioritize_queue_order: Text = UNSET
    default_activity_sid: Text = UNSET
    timeout_activity_sid: Text = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWorkspace(InWorkspace):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateActivity(InWorkspace):
    friendly_name: Text = UNSET
    available: Flag = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateActivity(OfOne):
    friendly_name: Text = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteActivity(OfOne):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTaskChannel(InWorkspace):
    friendly_name: Text = UNSET
    unique_name: Text = UNSET
    channel_optimized_routing: Flag = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTaskChannel(OfOne):
    friendly_name: Text = UNSET
    channel_optimized_routing: Flag = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTaskChannel(OfOne):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWorker(InWorkspace):
    friendly_name: Text = UNSET
    activity_sid: Text = UNSET
    attributes: Text = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWorker(OfOne):
    friendly_name: Text = UNSET
    activity_sid: Text = UNSET
    attributes: Text = UNSET
    reject_pending_reservations: Flag = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWorker(OfOne):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWorkerChannel(OfOne):
    """`sid` is the WorkerChannel's, or its channel's unique name."""

    worker_sid: str
    capacity: Number = UNSET
    available: Flag = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTaskQueue(InWorkspace):
    friendly_name: Text = UNSET
    target_workers: Text = UNSET
    max_reserved_workers: Number = UNSET
    task_order: Text = UNSET
    reservation_activity_sid: Text = UNSET
    assignment_activity_sid: Text = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTaskQueue(OfOne):
    friendly_name: Text = UNSET
    target_workers: Text = UNSET
    max_reserved_workers: Number = UNSET
    task_order: Text = UNSET
    reservation_activity_sid: Text = UNSET
    assignment_activity_sid: Text = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTaskQueue(OfOne):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWorkflow(InWorkspace):
    friendly_name: Text = UNSET
    configuration: Text = UNSET
    assignment_callback_url: Text = UNSET
    fallback_assignment_callback_url: Text = UNSET
    task_reservation_timeout: Number = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateWorkflow(OfOne):
    friendly_name: Text = UNSET
    configuration: Text = UNSET
    assignment_callback_url: Text = UNSET
    fallback_assignment_callback_url: Text = UNSET
    task_reservation_timeout: Number = UNSET
    re_evaluate_tasks: Flag = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWorkflow(OfOne):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTask(InWorkspace):
    attributes: Text = UNSET
    priority: Number = UNSET
    timeout: Number = UNSET
    task_channel: Text = UNSET
    workflow_sid: Text = UNSET
    task_queue_sid: Text = UNSET
    virtual_start_time: Number = UNSET
    routing_target: Text = UNSET
    ignore_capacity: Flag = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTask(OfOne):
    attributes: Text = UNSET
    assignment_status: Text = UNSET
    reason: Text = UNSET
    priority: Number = UNSET
    task_channel: Text = UNSET
    virtual_start_time: Number = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTask(OfOne):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReservation(OfOne):
    reservation_status: Text = UNSET
    worker_activity_sid: Text = UNSET
    instruction: Text = UNSET
    call_to: Text = UNSET
    call_from: Text = UNSET
    call_url: Text = UNSET
    call_accept: Flag = UNSET
    dequeue_to: Text = UNSET
    dequeue_post_work_activity_sid: Text = UNSET
    redirect_call_sid: Text = UNSET
    redirect_url: Text = UNSET
    redirect_accept: Flag = UNSET
    to: Text = UNSET
    post_work_activity_sid: Text = UNSET
    supervisor: Text = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelReservation(OfOne):
    """Nobody answered its assignment callback: not in the API, asked by callbacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTransfer(InWorkspace):
    """Hands an assigned task over; in no public API, only in Twilio's browser SDK."""

    task_sid: str
    to: Text = UNSET
    mode: Text = UNSET
    attributes: Text = UNSET
    priority: Number = UNSET
    reservation_sid: Text = UNSET
    "Whose leg of the task it is that hands over; not needed where there is one."


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTransfer(OfOne):
    """Whoever handed the task over keeps it after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed(Command):
    """Handle everything that is due by now."""

    source: Source = TASKROUTER
