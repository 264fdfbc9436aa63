"""A workflow's earlier configurations, kept while tasks wait in their steps.

A new configuration leaves waiting tasks where they are, on the steps they had, until
something drives them through the workflow anew.
"""

from taskrouter.engine.records import TASK_WAITING, OldConfiguration, Task, Workflow
from taskrouter.engine.state import State
from taskrouter.engine.turn import Turn
from taskrouter.engine.workflow import parse


def keep(turn: Turn, before: Workflow) -> None:
    """Keeps the configuration the workflow had, if that is no longer the present one."""
    now = turn.state.workflows[before.sid].configuration_version
    if now == before.configuration_version:
        return
    turn.put(
        OldConfiguration(
            sid=turn.sids.new("CG"),
            workspace_sid=before.workspace_sid,
            workflow_sid=before.sid,
            configuration_version=before.configuration_version,
            configuration=before.configuration,
            date_created=turn.now,
            date_updated=turn.now,
        )
    )


def drop_unused(turn: Turn, workflow: Workflow) -> None:
    used = {one.configuration_version for one in standing_in(turn.state, workflow)}
    for old in kept(turn.state, workflow.workspace_sid):
        if old.workflow_sid == workflow.sid and old.configuration_version not in used:
            turn.drop(old)


def kept(state: State, workspace_sid: str) -> list[OldConfiguration]:
    return list(state.inside(workspace_sid, "configuration"))


def standing_in(state: State, workflow: Workflow) -> list[Task]:
    """The tasks that wait in a step of the workflow, of whatever version."""
    return [
        task
        for task in state.inside(workflow.workspace_sid, "task")
        if task.workflow_sid == workflow.sid
        and task.assignment_status in TASK_WAITING
        and task.filter_at is not None
    ]


def led_to(state: State, workspace_sid: str, queue_sid: str) -> Workflow | None:
    """A workflow whose waiting tasks may still go to the queue by earlier steps."""
    for old in kept(state, workspace_sid):
        workflow = state.workflows[old.workflow_sid]
        standing = standing_in(state, workflow)
        versions = {task.configuration_version for task in standing}
        leads = queue_sid in parse(old.configuration).queues
        if leads and old.configuration_version in versions:
            return workflow
    return None
