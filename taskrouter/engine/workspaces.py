"""Workspaces, and what a new one begins with."""

import json

from taskrouter.engine import checks, queues, workflows
from taskrouter.engine.activities import create_activity
from taskrouter.engine.channels import create_channel
from taskrouter.engine.checks import given, only_given
from taskrouter.engine.commands import CreateWorkspace, DeleteWorkspace, UpdateWorkspace
from taskrouter.engine.records import TaskQueue, Workflow, Workspace
from taskrouter.engine.refusal import Refused
from taskrouter.engine.turn import Turn

DEFAULT_ACTIVITIES = (("Offline", False), ("Available", True), ("Unavailable", False))
DEFAULT_CHANNELS = ("default", "voice", "chat", "sms", "video", "email")
ORDERS = ("FIFO", "LIFO")


def create(turn: Turn, command: CreateWorkspace) -> Workspace:
    friendly_name = checks.required_name(command.friendly_name)
    checks.one_of("Template", command.template, ("NONE", "FIFO", ""))
    judge(command)
    workspace = turn.put(
        Workspace(
            sid=turn.sids.new("WS"),
            account_sid=command.account_sid,
            friendly_name=friendly_name,
            event_callback_url=given(command.event_callback_url, ""),
            events_filter=given(command.events_filter, None),
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
    activities = [
        create_activity(turn, workspace.sid, name, available)
        for name, available in DEFAULT_ACTIVITIES
    ]
    for channel in DEFAULT_CHANNELS:
        create_channel(turn, workspace.sid, channel.capitalize(), channel, False)
    offline = activities[0].sid
    return turn.touch(
        workspace, default_activity_sid=offline, timeout_activity_sid=offline
    )


def add_fifo_template(turn: Turn, workspace_sid: str) -> None:
    """One queue of everybody and a workflow that leads there."""
    own = {
        "workspace_sid": workspace_sid,
        "date_created": turn.now,
        "date_updated": turn.now,
    }
    queue = turn.put(
        TaskQueue(sid=turn.sids.new("WQ"), friendly_name="Sample Queue", **own)  # type: ignore[arg-type]
    )
    queues.tell(turn, "created", queue)
    workflow = turn.put(
        Workflow(
            sid=turn.sids.new("WW"),
            friendly_name="Default Fifo Workflow",
            configuration=json.dumps(
                {
                    "task_routing": {
                        "filters": [],
                        "default_filter": {"queue": queue.sid},
                    }
                }
            ),
            **own,  # type: ignore[arg-type]
        )
    )
    workflows.tell(turn, "created", workflow)


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
            events_filter=command.events_filter,
            multi_task_enabled=command.multi_task_enabled,
            prioritize_queue_order=command.prioritize_queue_order,
            default_activity_sid=command.default_activity_sid,
            timeout_activity_sid=command.timeout_activity_sid,
        ),
    )
    tell(turn, "updated", changed)
    if changed.multi_task_enabled and not workspace.multi_task_enabled:
        turn.free(turn.state.sids_inside(workspace.sid, "worker"))
    return changed


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
