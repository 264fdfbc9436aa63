"""/Activities"""

from taskrouter.api.call import Call
from taskrouter.api.parameters import flag, text
from taskrouter.api.resource import Resource, Test, chosen, same
from taskrouter.api.shapes import Shapes
from taskrouter.engine.commands import CreateActivity, DeleteActivity, UpdateActivity
from taskrouter.engine.state import State


def filters(call: Call, state: State, workspace_sid: str) -> list[Test]:
    return chosen(
        call,
        {
            "FriendlyName": same("friendly_name"),
            "Available": lambda value: same("available")(flag("Available", value)),
        },
    )


ACTIVITIES = Resource(
    kind="activity",
    key="activities",
    render=Shapes.activity,
    create=CreateActivity,
    update=UpdateActivity,
    delete=DeleteActivity,
    created_by={"FriendlyName": text, "Available": flag},
    updated_by={"FriendlyName": text},
    filters=filters,
)
