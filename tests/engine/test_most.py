"""How many of a kind a workspace holds."""

import msgspec
import pytest

from taskrouter.engine import commands
from taskrouter.engine.refusal import Refused
from tests.builders import Centre

KINDS = {
    "activity": (commands.CreateActivity, 100),
    "task_queue": (commands.CreateTaskQueue, 5_000),
    "worker": (commands.CreateWorker, 15_000),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_workspace_holds_so_many_and_no_more(kind):
    create, most = KINDS[kind]
    centre = Centre()
    first = centre.do(create(workspace_sid=centre.ws, friendly_name="First"))
    missing = most - 1 - len(centre.state.sids_inside(centre.ws, kind))
    for n in range(missing):
        copy = msgspec.structs.replace(first, sid=f"{n:034}", friendly_name=f"{n}")
        centre.state.put(copy)
    assert centre.do(create(workspace_sid=centre.ws, friendly_name="Last"))
    with pytest.raises(Refused, match=f"at most {most} of"):
        centre.do(create(workspace_sid=centre.ws, friendly_name="One more"))
