"""Workflows: their making and unmaking; what they do is in routing.py."""

from taskrouter.engine import checks, configurations, matching, routing
from taskrouter.engine.checks import given, only_given, or_none
from taskrouter.engine.commands import (
    UNSET,
    CreateWorkflow,
    DeleteWorkflow,
    UpdateWorkflow,
)
from taskrouter.engine.records import TASK_WAITING, Workflow
from taskrouter.engine.refusal import Refused
from taskrouter.engine.turn import Turn
from taskrouter.engine.workflow import parse

LONGEST_TIMEOUT = 86_400


def create(turn: Turn, command: CreateWorkflow) -> Workflow:
    checks.the_workspace(turn.state, command.workspace_sid)
    name = checks.required_name(command.friendly_name)
    if command.configuration is UNSET:
        raise Refused("Configuration: required.")
    judge(turn, command)
    workflow = turn.put(
        Workflow(
            sid=turn.sids.new("WW"),
            workspace_sid=command.workspace_sid,
            friendly_name=name,
            configuration=given(command.configuration, ""),
            assignment_callback_url=given(
                or_none(command.assignment_callback_url), None
            ),
            fallback_assignment_callback_url=given(
                or_none(command.fallback_assignment_callback_url), None
            ),
            task_reservation_timeout=given(command.task_reservation_timeout, 120),
            date_created=turn.now,
            date_updated=turn.now,
        )
    )
    tell(turn, "created", workflow)
    return workflow


def update(turn: Turn, command: UpdateWorkflow) -> Workflow:
    workflow: Workflow = checks.the_current(turn.state, "workflow", command)
    checks.name(command.friendly_name)
    judge(turn, command)
    before = workflow
    workflow = turn.update(
        workflow,
        **next_version(workflow, command),
        **only_given(
            friendly_name=command.friendly_name,
            configuration=command.configuration,
            assignment_callback_url=or_none(command.assignment_callback_url),
            fallback_assignment_callback_url=or_none(
                command.fallback_assignment_callback_url
            ),
            task_reservation_timeout=command.task_reservation_timeout,
        ),
    )
    tell(turn, "updated", workflow)
    configurations.keep(turn, before)
    if command.re_evaluate_tasks is True:
        for task in waiting(turn, workflow):
            routing.start(turn, task, "Workflow updated")
    configurations.drop_unused(turn, workflow)
    return workflow


def next_version(workflow: Workflow, command: UpdateWorkflow) -> dict[str, int]:
    if given(command.configuration, workflow.configuration) == workflow.configuration:
        return {}
    return {"configuration_version": workflow.configuration_version + 1}


def judge(turn: Turn, command: CreateWorkflow | UpdateWorkflow) -> None:
    checks.address("AssignmentCallbackUrl", command.assignment_callback_url)
    checks.address(
        "FallbackAssignmentCallbackUrl", command.fallback_assignment_callback_url
    )
    checks.between(
        "TaskReservationTimeout", command.task_reservation_timeout, 1, LONGEST_TIMEOUT
    )
    if command.configuration is UNSET:
        return
    for queue in sorted(parse(given(command.configuration, "")).queues):
        checks.referred(turn.state, "task_queue", command, "Configuration", queue)


def waiting(turn: Turn, workflow: Workflow) -> list[str]:
    """The workflow's pending tasks, as they stand in line."""
    pending = [
        task
        for task in turn.state.inside(workflow.workspace_sid, "task")
        if task.workflow_sid == workflow.sid and task.assignment_status == "pending"
    ]
    pending.sort(key=lambda task: matching.turn_of(turn, task))
    return [task.sid for task in pending]


def delete(turn: Turn, command: DeleteWorkflow) -> None:
    workflow: Workflow = checks.the_current(turn.state, "workflow", command)
    for task in turn.state.inside(workflow.workspace_sid, "task"):
        if task.workflow_sid == workflow.sid and task.assignment_status in TASK_WAITING:
            raise Refused(
                f"Workflow {workflow.friendly_name} ({workflow.sid}) cannot be deleted"
                " while its tasks wait; cancel them first."
            )
    configurations.drop_unused(turn, workflow)
    turn.drop(workflow)
    tell(turn, "deleted", workflow)


def tell(turn: Turn, what: str, workflow: Workflow) -> None:
    turn.tell(
        f"workflow.{what}",
        ("workflow", workflow.sid),
        workflow.workspace_sid,
        f"Workflow {workflow.friendly_name} {what}",
        {"workflow_sid": workflow.sid, "workflow_name": workflow.friendly_name},
    )
