"""Workspaces, and what a new one begins with."""

import json

from taskrouter.engine import checks, queues, workflows
from taskrouter.engine.activities import create_activity, named
from taskrouter.engine.channels import create_channel
from taskrouter.engine.checks import given, only_given, or_none, or_unset
from taskrouter.engine.commands import (
    UNSET,
    CreateTaskQueue,
    CreateWorkflow,
    CreateWorkspace,
    DeleteWorkspace,
    Text,
    UpdateWorkspace,
)
from taskrouter.engine.records import Worker, Workspace
from taskrouter.engine.refusal import Refused
from taskrouter.engine.turn import Turn

DEFAULT_ACTIVITIES = (("Offline", False), ("Available", True), ("Unavailable", False))
SINGLE_TASKING_ACTIVITIES = (
    ("Offline", False),
    ("Idle", True),
    ("Reserved", False),
    ("Busy", False),
)
DEFAULT_CHANNELS = ("default", "voice", "chat", "sms", "video", "email")
ORDERS = ("FIFO", "LIFO")


def create(turn: Turn, command: CreateWorkspace) -> Workspace:
    friendly_name = checks.required_name(command.friendly_name)
    checks.one_of("Template", or_unset(command.template), ("NONE", "FIFO"))
    judge(command)
    workspace = turn.put(
        Workspace(
            sid=turn.sids.new("WS"),
            account_sid=command.account_sid,
            friendly_name=friendly_name,
            event_callback_url=given(command.event_callback_url, ""),
            events_filter=given(or_none(command.events_filter), None),
            multi_task_enabled=given(command.multi_task_enabled, True),
            prioritize_queue_order=given(command.prioritize_queue_order, "FIFO"),
            date_created=turn.now,
            date_updated=turn.now,
        )
    )
    tell(turn, "created", workspace)
    workspace = furnish(turn, workspace)
    if command.template == "FIFO":
        add_fifo_template(turn, workspace.sid)
    return workspace


def furnish(turn: Turn, workspace: Workspace) -> Workspace:
    """The activities and channels that every workspace begins with."""
    single = not workspace.multi_task_enabled
    activities = [
        create_activity(turn, workspace.sid, name, available)
        for name, available in (
            SINGLE_TASKING_ACTIVITIES if single else DEFAULT_ACTIVITIES
        )
    ]
    for channel in DEFAULT_CHANNELS:
        create_channel(turn, workspace.sid, channel.capitalize(), channel, False)
    offline = activities[0].sid
    return turn.touch(
        workspace, default_activity_sid=offline, timeout_activity_sid=offline
    )


def add_fifo_template(turn: Turn, workspace_sid: str) -> None:
    """One queue of everybody and a workflow that leads there."""
    queue = queues.create(
        turn,
        CreateTaskQueue(
            workspace_sid=workspace_sid,
            friendly_name="Sample Queue",
            reservation_activity_sid=sid_of(turn, workspace_sid, "Reserved"),
            assignment_activity_sid=sid_of(turn, workspace_sid, "Busy"),
        ),
    )
    routing = {"filters": [], "default_filter": {"queue": queue.sid}}
    workflows.create(
        turn,
        CreateWorkflow(
            workspace_sid=workspace_sid,
            friendly_name="Default Fifo Workflow",
            configuration=json.dumps({"task_routing": routing}),
        ),
    )


def sid_of(turn: Turn, workspace_sid: str, activity: str) -> Text:
    found = named(turn, workspace_sid, activity)
    return found.sid if found else UNSET


def update(turn: Turn, command: UpdateWorkspace) -> Workspace:
    workspace = checks.the_workspace(turn.state, command.workspace_sid)
    checks.name(command.friendly_name)
    judge(command)
    for field, sid in (
        ("DefaultActivitySid", command.default_activity_sid),
        ("TimeoutActivitySid", command.timeout_activity_sid),
    ):
        checks.referred(turn.state, "activity", command, field, sid)
    judge_single_tasking(turn, workspace, command)
    changed = turn.update(
        workspace,
        **only_given(
            friendly_name=command.friendly_name,
            event_callback_url=command.event_callback_url,
            events_filter=or_none(command.events_filter),
            multi_task_enabled=command.multi_task_enabled,
            prioritize_queue_order=command.prioritize_queue_order,
            default_activity_sid=command.default_activity_sid,
            timeout_activity_sid=command.timeout_activity_sid,
        ),
    )
    tell(turn, "updated", changed)
    # Either way somebody has room who had none: one task at a time asks no capacity.
    if changed.multi_task_enabled != workspace.multi_task_enabled:
        turn.free(longest_idle_first(turn, workspace))
    return changed


def longest_idle_first(turn: Turn, workspace: Workspace) -> list[str]:
    workers: list[Worker] = sorted(
        turn.state.inside(workspace.sid, "worker"),
        key=lambda worker: (worker.idle_since, worker.idle_order),
    )
    return [worker.sid for worker in workers]


def judge(command: CreateWorkspace | UpdateWorkspace) -> None:
    checks.address("EventCallbackUrl", command.event_callback_url)
    checks.one_of("PrioritizeQueueOrder", command.prioritize_queue_order, ORDERS)


def judge_single_tasking(
    turn: Turn, workspace: Workspace, command: UpdateWorkspace
) -> None:
    if command.multi_task_enabled is not False or not workspace.multi_task_enabled:
        return
    if all(one.multi_task_enabled for one in turn.state.workspaces.values()):
        raise Refused(
            "MultiTaskEnabled: a Workspace becomes single-tasking only where another"
            " single-tasking Workspace exists."
        )


def delete(turn: Turn, command: DeleteWorkspace) -> None:
    """Everything inside goes with it."""
    workspace = checks.the_workspace(turn.state, command.workspace_sid)
    tell(turn, "deleted", workspace)
    for kind in (
        "transfer",
        "reservation",
        "task",
        "configuration",
        "workflow",
        "task_queue",
        "worker_channel",
        "worker",
        "task_channel",
        "activity",
    ):
        for record in list(turn.state.inside(workspace.sid, kind)):
            turn.drop(record)
    turn.drop(workspace)


def tell(turn: Turn, what: str, workspace: Workspace) -> None:
    turn.tell(
        f"workspace.{what}",
        ("workspace", workspace.sid),
        workspace.sid,
        f"Workspace {workspace.friendly_name} {what}",
    )
