"""TaskRouter's resources as the engine keeps them: frozen, one struct per kind.

Fields bear the API's names; derived properties (names, ages) are left to whoever shows
them. What is needed to resume after a restart is here: a task's place in its workflow
is on the task.
"""

from typing import Any, Literal, TypeVar, get_args

import msgspec

AssignmentStatus = Literal[
    "pending", "reserved", "assigned", "wrapping", "completed", "canceled"
]
ReservationStatus = Literal[
    "pending",
    "accepted",
    "rejected",
    "timeout",
    "canceled",
    "rescinded",
    "wrapping",
    "completed",
]
ASSIGNMENT_STATUSES: tuple[str, ...] = get_args(AssignmentStatus)
RESERVATION_STATUSES: tuple[str, ...] = get_args(ReservationStatus)
TASK_LIVE = frozenset({"pending", "reserved", "assigned", "wrapping"})
TASK_WAITING = frozenset({"pending", "reserved"})
RESERVATION_LIVE = frozenset({"pending", "accepted", "wrapping"})
IN_HAND = frozenset({"accepted", "wrapping"})
TransferMode = Literal["COLD", "WARM"]
TransferStatus = Literal["initiated", "failed", "canceled", "complete"]


# Records hold text, numbers and nothing that could lead in a circle: hence gc=False.


class Workspace(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    sid: str
    account_sid: str
    friendly_name: str
    default_activity_sid: str = ""
    timeout_activity_sid: str = ""
    event_callback_url: str = ""
    events_filter: str | None = None
    multi_task_enabled: bool = True
    prioritize_queue_order: str = "FIFO"
    date_created: int
    date_updated: int


class Owned(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What every resource inside a workspace has."""

    sid: str
    workspace_sid: str
    date_created: int
    date_updated: int


class Activity(Owned, frozen=True, kw_only=True, gc=False):
    friendly_name: str
    available: bool


class TaskChannel(Owned, frozen=True, kw_only=True, gc=False):
    friendly_name: str
    unique_name: str
    channel_optimized_routing: bool = False


class Worker(Owned, frozen=True, kw_only=True, gc=False):
    friendly_name: str
    activity_sid: str
    attributes: str
    date_status_changed: int
    idle_since: int
    "Since when the worker has had nothing new: the key of longest idle."
    idle_order: int = 0
    "Orders those whose idleness began in the same millisecond."
    version: int = 0


class WorkerChannel(Owned, frozen=True, kw_only=True, gc=False):
    worker_sid: str
    task_channel_sid: str
    configured_capacity: int = 1
    available: bool = True
    idle_since: int = 0
    "As Worker.idle_since, for channels with channel_optimized_routing."
    idle_order: int = 0


class TaskQueue(Owned, frozen=True, kw_only=True, gc=False):
    friendly_name: str
    target_workers: str = "1==1"
    max_reserved_workers: int = 1
    task_order: str = "FIFO"
    reservation_activity_sid: str | None = None
    assignment_activity_sid: str | None = None


class Workflow(Owned, frozen=True, kw_only=True, gc=False):
    friendly_name: str
    configuration: str
    assignment_callback_url: str | None = None
    fallback_assignment_callback_url: str | None = None
    task_reservation_timeout: int = 120
    configuration_version: int = 0
    "Counts the configurations the workflow has had; tasks name theirs by it."


class OldConfiguration(Owned, frozen=True, kw_only=True, gc=False):
    """Steps a workflow no longer has, kept while tasks wait in them."""

    workflow_sid: str
    configuration_version: int
    configuration: str


class Task(Owned, frozen=True, kw_only=True, gc=False):
    workflow_sid: str | None
    task_queue_sid: str | None = None
    task_channel_sid: str
    attributes: str
    assignment_status: AssignmentStatus = "pending"
    reason: str | None = None
    priority: int = 0
    timeout: int = 86_400
    virtual_start_time: int
    task_queue_entered_date: int | None = None
    ignore_capacity: bool = False
    routing_target: str | None = None
    version: int = 0
    # Its place in the workflow: of that version of the configuration the filter's
    # position, -1 the default filter, None none.
    configuration_version: int = 0
    filter_at: int | None = None
    target_at: int = 0
    target_ends: int | None = None
    "When the present target times out; None: never."
    skipped: str = ""
    "Steps skipped on the way there, each as filter.target; the first of them."
    only_worker_sid: str | None = None
    "Routed straight to this worker, or held for a known one; empty: for nobody."
    only_worker_name: str | None = None
    "Held for the known worker of this name, whoever that is."
    past_queue: bool = False
    "Goes to only_worker_sid whether he belongs to the queue or not."
    re_evaluated_reason: str = ""
    "Why it was last driven through its workflow anew; empty: never."
    warning: int | None = None
    "Why its known worker cannot be had, as TaskRouter's debugger numbers it."
    assignments: int = 0
    "How often it went from pending to reserved."
    transfer_sid: str | None = None
    "The transfer under way; none once it has ended."
    transferred_at: int | None = None
    "When the transfer under way began."
    assigned_at: int | None = None
    ended_at: int | None = None
    sequence: int = 0
    "Order of creation, for tasks that share a millisecond."


class Reservation(Owned, frozen=True, kw_only=True, gc=False):
    task_sid: str
    worker_sid: str
    task_queue_sid: str
    workflow_sid: str | None
    task_channel_sid: str
    reservation_status: ReservationStatus = "pending"
    timeout_at: int
    round: int = 0
    "Which of the task's assignments it belongs to."
    activity_before_sid: str | None = None
    "What a single-tasking worker did before the queue's reservation activity."
    activity_while_sid: str | None = None
    "That activity, as the queue had it when it began to ring."
    post_work_activity_sid: str | None = None
    "What the worker does after completing it."
    transfer_sid: str | None = None
    version: int = 0


class Transfer(Owned, frozen=True, kw_only=True, gc=False):
    """An assigned task handed over; its record goes with the task."""

    task_sid: str
    mode: TransferMode
    to: str
    "A worker's or a queue's sid."
    status: TransferStatus = "initiated"
    initiating_worker_sid: str
    initiating_reservation_sid: str
    failed_reason: str = ""


Record = (
    Workspace
    | Activity
    | TaskChannel
    | Worker
    | WorkerChannel
    | TaskQueue
    | Workflow
    | OldConfiguration
    | Task
    | Reservation
    | Transfer
)
KINDS: dict[str, type[Record]] = {
    "workspace": Workspace,
    "activity": Activity,
    "task_channel": TaskChannel,
    "worker": Worker,
    "worker_channel": WorkerChannel,
    "task_queue": TaskQueue,
    "workflow": Workflow,
    "configuration": OldConfiguration,
    "task": Task,
    "reservation": Reservation,
    "transfer": Transfer,
}
KIND_OF: dict[type, str] = {cls: kind for kind, cls in KINDS.items()}
R = TypeVar("R", bound=Record)


def changed(record: R, **values: Any) -> R:
    """The record with other values; the old one stays as it was."""
    return msgspec.structs.replace(record, **values)
