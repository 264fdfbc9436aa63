"""/Workflows"""

from typing import Any

from taskrouter.api.call import Call
from taskrouter.api.parameters import flag, text, whole
from taskrouter.api.resource import Resource, Test, chosen, same
from taskrouter.api.shapes import Shapes
from taskrouter.engine.commands import CreateWorkflow, DeleteWorkflow, UpdateWorkflow
from taskrouter.engine.state import State
from taskrouter.engine.workflow import read_once

FIELDS = {
    "FriendlyName": text,
    "Configuration": text,
    "AssignmentCallbackUrl": text,
    "FallbackAssignmentCallbackUrl": text,
    "TaskReservationTimeout": whole,
}


def filters(call: Call, state: State, workspace_sid: str) -> list[Test]:
    return chosen(call, {"FriendlyName": same("friendly_name")})


def read_ahead(fields: dict[str, Any]) -> None:
    """What reading a large document takes is not taken from everybody's time."""
    if document := fields.get("configuration"):
        read_once(document)


WORKFLOWS = Resource(
    kind="workflow",
    key="workflows",
    render=Shapes.workflow,
    create=CreateWorkflow,
    update=UpdateWorkflow,
    delete=DeleteWorkflow,
    created_by=FIELDS,
    updated_by={**FIELDS, "ReEvaluateTasks": flag},
    filters=filters,
    urls=("AssignmentCallbackUrl", "FallbackAssignmentCallbackUrl"),
    ahead=read_ahead,
)
