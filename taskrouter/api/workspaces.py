"""/Workspaces"""

from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.paging import listed, page
from taskrouter.api.parameters import flag, text
from taskrouter.api.resource import by_creation, guarded
from taskrouter.api.shapes import Shapes
from taskrouter.engine import checks
from taskrouter.engine.commands import CreateWorkspace, DeleteWorkspace, UpdateWorkspace
from taskrouter.engine.records import Workspace
from taskrouter.engine.state import State

FIELDS = {
    "FriendlyName": text,
    "EventCallbackUrl": text,
    "EventsFilter": text,
    "MultiTaskEnabled": flag,
    "PrioritizeQueueOrder": text,
}
CREATE = {**FIELDS, "Template": text}
UPDATE = {**FIELDS, "DefaultActivitySid": text, "TimeoutActivitySid": text}
ADDRESSES = ("EventCallbackUrl",)


async def list_all(call: Call) -> Answer:
    name = call.request.GET.get("FriendlyName")

    def look(state: State, now: int) -> Answer:
        rows = [
            one
            for one in state.workspaces.values()
            if not name or one.friendly_name == name
        ]
        shapes = Shapes(state, now, call.base, call.account_sid)
        shown = page(call, rows, by_creation(call))
        return listed(call, "workspaces", shown, shapes.workspace)

    return await call.read(look)


async def create(call: Call) -> Answer:
    fields = call.parameters(CREATE)
    await guarded(call, ADDRESSES)
    made = await call.do(CreateWorkspace, account_sid=call.account_sid, **fields)
    return await told(call, made, 201)


async def fetch(call: Call, ws: str) -> Answer:
    def look(state: State, now: int) -> Answer:
        return shown(call, state, now, checks.the_workspace(state, ws))

    return await call.read(look)


async def update(call: Call, ws: str) -> Answer:
    fields = call.parameters(UPDATE)
    await guarded(call, ADDRESSES)
    changed = await call.do(UpdateWorkspace, workspace_sid=ws, **fields)
    return await told(call, changed, 200)


async def delete(call: Call, ws: str) -> Answer:
    await call.do(DeleteWorkspace, workspace_sid=ws)
    return Answer(None, 204)


async def told(call: Call, workspace: Workspace, status: int) -> Answer:
    """As the command left it, whatever others have made of it since."""
    return await call.read(
        lambda state, now: shown(call, state, now, workspace, status)
    )


def shown(
    call: Call, state: State, now: int, workspace: Workspace, status: int = 200
) -> Answer:
    shapes = Shapes(state, now, call.base, call.account_sid)
    return Answer(shapes.workspace(workspace), status)


collection = endpoint(GET=list_all, POST=create)
instance = endpoint(GET=fetch, POST=update, DELETE=delete)
