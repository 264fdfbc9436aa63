"""/Workers"""

from expressions import ExpressionError, compile_expression
from taskrouter.api.call import Call
from taskrouter.api.parameters import TRUE, flag, text
from taskrouter.api.resource import Resource, Test, by, chosen, same
from taskrouter.api.shapes import Shapes
from taskrouter.engine.commands import CreateWorker, DeleteWorker, UpdateWorker
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State


def filters(call: Call, state: State, workspace_sid: str) -> list[Test]:
    return chosen(
        call,
        {
            "FriendlyName": same("friendly_name"),
            "ActivitySid": same("activity_sid"),
            "ActivityName": in_activity_named,
            "Available": availability,
            "TargetWorkersExpression": matching,
            "TaskQueueSid": member_of,
            "TaskQueueName": lambda name: member_of(
                queue_named(state, workspace_sid, name)
            ),
        },
    )


def in_activity_named(name: str) -> Test:
    return lambda state, one: state.activities[one.activity_sid].friendly_name == name


def availability(value: str) -> Test:
    wanted = value.lower() in TRUE
    return lambda state, one: state.activities[one.activity_sid].available is wanted


def matching(text: str) -> Test:
    try:
        expression = compile_expression(text)
    except ExpressionError as error:
        raise Refused(f"TargetWorkersExpression: not valid, {error}.") from None
    return lambda state, one: expression.matches(state.worker_values[one.sid])


def member_of(queue_sid: str) -> Test:
    return lambda state, one: queue_sid in state.members.queues_of[one.sid]


def queue_named(state: State, workspace_sid: str, name: str) -> str:
    queues = state.inside(workspace_sid, "task_queue")
    return next((one.sid for one in queues if one.friendly_name == name), "")


WORKERS = Resource(
    kind="worker",
    key="workers",
    render=Shapes.worker,
    create=CreateWorker,
    update=UpdateWorker,
    delete=DeleteWorker,
    created_by={"FriendlyName": text, "ActivitySid": text, "Attributes": text},
    updated_by={
        "FriendlyName": text,
        "ActivitySid": text,
        "Attributes": text,
        "RejectPendingReservations": flag,
    },
    filters=filters,
    order=by("date_created", "date_updated", "date_status_changed"),
)
