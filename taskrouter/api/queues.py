"""/TaskQueues"""

from expressions import addressing, compile_expression, with_items
from taskrouter.api.call import Call
from taskrouter.api.parameters import text, whole
from taskrouter.api.resource import Resource, Test, by, chosen, same
from taskrouter.api.shapes import Shapes
from taskrouter.engine import strict_json
from taskrouter.engine.commands import (
    CreateTaskQueue,
    DeleteTaskQueue,
    UpdateTaskQueue,
)
from taskrouter.engine.records import TaskQueue
from taskrouter.engine.state import State

FIELDS = {
    "FriendlyName": text,
    "TargetWorkers": text,
    "MaxReservedWorkers": whole,
    "TaskOrder": text,
    "ReservationActivitySid": text,
    "AssignmentActivitySid": text,
}


def filters(call: Call, state: State, workspace_sid: str) -> list[Test]:
    return chosen(
        call,
        {
            "FriendlyName": same("friendly_name"),
            "WorkerSid": lambda sid: (
                lambda state, one: sid in state.members.of_queue.get(one.sid, {})
            ),
            "EvaluateWorkerAttributes": addresses,
        },
    )


def addresses(text: str) -> Test:
    """Queues whose expression holds for these attributes."""
    values = with_items(strict_json.read_object("EvaluateWorkerAttributes", text))

    def test(state: State, one: TaskQueue) -> bool:
        return compile_expression(addressing(one.target_workers)).matches(values)

    return test


QUEUES = Resource(
    kind="task_queue",
    key="task_queues",
    render=Shapes.task_queue,
    create=CreateTaskQueue,
    update=UpdateTaskQueue,
    delete=DeleteTaskQueue,
    created_by=FIELDS,
    updated_by=FIELDS,
    filters=filters,
    order=by("date_created", "date_updated"),
)
