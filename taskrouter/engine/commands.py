"""What can be asked of the engine: one dataclass per write of the API.

Values are typed but not yet judged; the engine refuses what TaskRouter would. A field
left UNSET was not given and is not changed.
"""

from enum import Enum
from typing import Final

import msgspec


class Unset(Enum):
    UNSET = "unset"


UNSET: Final = Unset.UNSET
Text = str | Unset
Texts = tuple[str, ...] | Unset
Number = int | Unset
Flag = bool | Unset


class Source(msgspec.Struct, frozen=True):
    """Who asked, as events report it; no `actor_sid`: the account or workspace itself."""

    actor_type: str = "account"
    actor_sid: str = ""
    source: str = "api"
    ip: str = ""


TASKROUTER = Source(actor_type="workspace", source="twilio")
"What TaskRouter does by itself: time passing, answers of assignment callbacks."


class Command(msgspec.Struct, frozen=True, kw_only=True):
    source: Source = Source()


class InWorkspace(Command, frozen=True, kw_only=True):
    workspace_sid: str


class OfOne(InWorkspace, frozen=True, kw_only=True):
    """About one resource; `if_match` are the versions the client would change."""

    sid: str
    if_match: tuple[int, ...] | None = None


class CreateWorkspace(Command, frozen=True, kw_only=True):
    account_sid: str
    friendly_name: Text = UNSET
    event_callback_url: Text = UNSET
    events_filter: Text = UNSET
    multi_task_enabled: Flag = UNSET
    template: Text = UNSET
    prioritize_queue_order: Text = UNSET


class UpdateWorkspace(InWorkspace, frozen=True, kw_only=True):
    friendly_name: Text = UNSET
    event_callback_url: Text = UNSET
    events_filter: Text = UNSET
    multi_task_enabled: Flag = UNSET
    prioritize_queue_order: Text = UNSET
    default_activity_sid: Text = UNSET
    timeout_activity_sid: Text = UNSET


class DeleteWorkspace(InWorkspace, frozen=True, kw_only=True):
    pass


class CreateActivity(InWorkspace, frozen=True, kw_only=True):
    friendly_name: Text = UNSET
    available: Flag = UNSET


class UpdateActivity(OfOne, frozen=True, kw_only=True):
    friendly_name: Text = UNSET


class DeleteActivity(OfOne, frozen=True, kw_only=True):
    pass


class CreateTaskChannel(InWorkspace, frozen=True, kw_only=True):
    friendly_name: Text = UNSET
    unique_name: Text = UNSET
    channel_optimized_routing: Flag = UNSET


class UpdateTaskChannel(OfOne, frozen=True, kw_only=True):
    friendly_name: Text = UNSET
    channel_optimized_routing: Flag = UNSET


class DeleteTaskChannel(OfOne, frozen=True, kw_only=True):
    pass


class CreateWorker(InWorkspace, frozen=True, kw_only=True):
    friendly_name: Text = UNSET
    activity_sid: Text = UNSET
    attributes: Text = UNSET


class UpdateWorker(OfOne, frozen=True, kw_only=True):
    friendly_name: Text = UNSET
    activity_sid: Text = UNSET
    attributes: Text = UNSET
    reject_pending_reservations: Flag = UNSET


class DeleteWorker(OfOne, frozen=True, kw_only=True):
    pass


class UpdateWorkerChannel(OfOne, frozen=True, kw_only=True):
    """`sid` is the WorkerChannel's, or its channel's unique name."""

    worker_sid: str
    capacity: Number = UNSET
    available: Flag = UNSET


class CreateTaskQueue(InWorkspace, frozen=True, kw_only=True):
    friendly_name: Text = UNSET
    target_workers: Text = UNSET
    max_reserved_workers: Number = UNSET
    task_order: Text = UNSET
    reservation_activity_sid: Text = UNSET
    assignment_activity_sid: Text = UNSET


class UpdateTaskQueue(OfOne, frozen=True, kw_only=True):
    friendly_name: Text = UNSET
    target_workers: Text = UNSET
    max_reserved_workers: Number = UNSET
    task_order: Text = UNSET
    reservation_activity_sid: Text = UNSET
    assignment_activity_sid: Text = UNSET


class DeleteTaskQueue(OfOne, frozen=True, kw_only=True):
    pass


class CreateWorkflow(InWorkspace, frozen=True, kw_only=True):
    friendly_name: Text = UNSET
    configuration: Text = UNSET
    assignment_callback_url: Text = UNSET
    fallback_assignment_callback_url: Text = UNSET
    task_reservation_timeout: Number = UNSET


class UpdateWorkflow(OfOne, frozen=True, kw_only=True):
    friendly_name: Text = UNSET
    configuration: Text = UNSET
    assignment_callback_url: Text = UNSET
    fallback_assignment_callback_url: Text = UNSET
    task_reservation_timeout: Number = UNSET
    re_evaluate_tasks: Flag = UNSET


class DeleteWorkflow(OfOne, frozen=True, kw_only=True):
    pass


class CreateTask(InWorkspace, frozen=True, kw_only=True):
    attributes: Text = UNSET
    priority: Number = UNSET
    timeout: Number = UNSET
    task_channel: Text = UNSET
    workflow_sid: Text = UNSET
    task_queue_sid: Text = UNSET
    virtual_start_time: Number = UNSET
    routing_target: Text = UNSET
    ignore_capacity: Flag = UNSET


class UpdateTask(OfOne, frozen=True, kw_only=True):
    attributes: Text = UNSET
    assignment_status: Text = UNSET
    reason: Text = UNSET
    priority: Number = UNSET
    task_channel: Text = UNSET
    virtual_start_time: Number = UNSET


class DeleteTask(OfOne, frozen=True, kw_only=True):
    pass


class UpdateReservation(OfOne, frozen=True, kw_only=True):
    """A status, or an instruction with what it says of its call (media.py)."""

    reservation_status: Text = UNSET
    worker_activity_sid: Text = UNSET
    instruction: Text = UNSET

    call_to: Text = UNSET
    call_from: Text = UNSET
    call_url: Text = UNSET
    call_accept: Flag = UNSET
    call_record: Text = UNSET
    call_timeout: Number = UNSET
    call_status_callback_url: Text = UNSET

    dequeue_to: Text = UNSET
    dequeue_from: Text = UNSET
    dequeue_record: Text = UNSET
    dequeue_timeout: Number = UNSET
    dequeue_post_work_activity_sid: Text = UNSET
    dequeue_status_callback_url: Text = UNSET
    dequeue_status_callback_event: Texts = UNSET

    redirect_call_sid: Text = UNSET
    redirect_url: Text = UNSET
    redirect_accept: Flag = UNSET

    # A conference: the worker's leg.
    to: Text = UNSET
    from_: Text = UNSET
    timeout: Number = UNSET
    record: Flag = UNSET
    muted: Flag = UNSET
    beep: Text = UNSET
    status_callback: Text = UNSET
    status_callback_method: Text = UNSET
    status_callback_event: Texts = UNSET
    early_media: Flag = UNSET
    sip_auth_username: Text = UNSET
    sip_auth_password: Text = UNSET
    post_work_activity_sid: Text = UNSET
    jitter_buffer_size: Text = UNSET

    # A conference: the room.
    start_conference_on_enter: Flag = UNSET
    end_conference_on_exit: Flag = UNSET
    end_conference_on_customer_exit: Flag = UNSET
    beep_on_customer_entrance: Flag = UNSET
    wait_url: Text = UNSET
    wait_method: Text = UNSET
    max_participants: Number = UNSET
    region: Text = UNSET
    conference_status_callback: Text = UNSET
    conference_status_callback_method: Text = UNSET
    conference_status_callback_event: Texts = UNSET
    conference_record: Text = UNSET
    conference_trim: Text = UNSET
    recording_channels: Text = UNSET
    recording_status_callback: Text = UNSET
    recording_status_callback_method: Text = UNSET
    conference_recording_status_callback: Text = UNSET
    conference_recording_status_callback_method: Text = UNSET

    supervisor: Text = UNSET
    supervisor_mode: Text = UNSET


class CancelReservation(OfOne, frozen=True, kw_only=True):
    """Nobody answered its assignment callback: not in the API, asked by callbacks."""


class CreateTransfer(InWorkspace, frozen=True, kw_only=True):
    """Hands an assigned task over; in no public API, only in Twilio's browser SDK."""

    task_sid: str
    to: Text = UNSET
    mode: Text = UNSET
    attributes: Text = UNSET
    priority: Number = UNSET
    reservation_sid: Text = UNSET
    "Whose leg of the task it is that hands over; not needed where there is one."


class CancelTransfer(OfOne, frozen=True, kw_only=True):
    """Whoever handed the task over keeps it after all."""


class TimePassed(Command, frozen=True, kw_only=True):
    """Handle everything that is due by now."""

    source: Source = TASKROUTER
