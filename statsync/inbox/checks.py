"""Whether a callback is believed.

The signature does not bind names to values and never ages, so the names must be those we
know, and the moment must be near.
"""

from collections.abc import Sequence

from clock import now_ms
from statsync.models import Workspace
from statsync.records import whole
from statsync.signature import is_valid

OLDEST_MS, FUTURE_MS = 15 * 60_000, 5 * 60_000
NAMES = frozenset(
    """
    AccountSid WorkspaceSid WorkspaceName EventType EventDescription ResourceType
    ResourceSid Timestamp TimestampMs Sid OperatingUnitSid ActivitySid ActivityName
    ActivityAvailable TaskChannelSid TaskChannelName TaskChannelUniqueName
    TaskChannelOptimizedRouting WorkflowSid WorkflowName TaskQueueSid TaskQueueName
    TaskQueueTargetExpression WorkerSid WorkerName WorkerAttributes WorkerActivitySid
    WorkerActivityName WorkerVersion WorkerPreviousActivitySid WorkerPreviousActivityName
    WorkerTimeInPreviousActivity WorkerTimeInPreviousActivityMs WorkerChannelAvailable
    WorkerChannelAvailableCapacity WorkerChannelPreviousCapacity WorkerChannelTaskCount
    WorkerChannelCapacity WorkerChannelConsumedCapacity TaskSid TaskAttributes TaskAge
    TaskPriority TaskAssignmentStatus TaskDateCreated TaskQueueEnteredDate
    TaskVirtualStartTime TaskVersion TaskIgnoreCapacity TaskRoutingTarget
    TaskReEvaluatedReason TaskCanceledReason TaskCompletedReason Reason
    PreviousTaskQueueSid PreviousTaskQueueName PreviousTaskPriority TargetChangedReason
    WorkflowFilterName WorkflowFilterExpression WorkflowFilterTargetName
    WorkflowFilterTargetExpression ReservationSid ReservationVersion ReservationStatus
    KnownWorkerSid TaskTransferSid TransferType TransferMode TransferTo TransferStatus
    TransferInitiatingWorkerSid TransferInitiatingReservationSid TransferStarted
    TransferFailedReason
    """.split()
)


def problem_with(
    pairs: Sequence[tuple[str, str]],
    workspace: Workspace | None,
    url: str,
    signature: str,
) -> str:
    """Why a callback is not believed, in words; "" where it is."""
    if workspace is None:
        return "This workspace is not connected."
    form = dict(pairs)
    if not is_valid(signature, workspace.account.auth_token, url, form):
        return "The signature does not fit; is PUBLIC_URL the address TaskRouter calls?"
    unknown = sorted(form.keys() - NAMES)
    if unknown:
        return f"Unknown parameters: {', '.join(unknown)}."
    names = [name for name, _value in pairs]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        return f"Repeated parameters: {', '.join(repeated)}."
    if form.get("AccountSid") != workspace.account.sid:
        return "AccountSid: not the account of this workspace."
    if form.get("WorkspaceSid") != workspace.sid:
        return "WorkspaceSid: not the workspace of this address."
    stamp = whole(form.get("TimestampMs", ""))
    age = OLDEST_MS + 1 if stamp is None else now_ms() - stamp
    if not -FUTURE_MS <= age <= OLDEST_MS:
        return "TimestampMs: too far from now."
    return ""
