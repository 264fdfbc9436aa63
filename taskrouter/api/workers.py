"""/Workers"""

from expressions import ExpressionError, compile_expression
from taskrouter.api.call import Call
from taskrouter.api.parameters import flag, text
from taskrouter.api.resource import Resource, Test, by, chosen, same
from taskrouter.api.shapes import Shapes
from taskrouter.engine.commands import CreateWorker, DeleteWorker, UpdateWorker
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State


def filters(call: Call, state: State, workspace_sid: str) -> list[Test]:
    return chosen(
        call,
        {
            "FriendlyName": called,
            "ActivitySid": same("activity_sid"),
            "ActivityName": in_activity_named,
            "Available": availability,
            "TargetWorkersExpression": matching,
            "TaskQueueSid": lambda sid: member_of({sid}),
            "TaskQueueName": lambda name: member_of(
                queues_called(state, workspace_sid, name)
            ),
        },
    )


def called(name: str) -> Test:
    """Workers have their names to themselves whatever the case."""
    return lambda state, one: one.friendly_name.casefold() == name.casefold()


def in_activity_named(name: str) -> Test:
    return lambda state, one: state.activities[one.activity_sid].friendly_name == name


def availability(value: str) -> Test:
    wanted = flag("Available", value)
    return lambda state, one: state.activities[one.activity_sid].available is wanted


def matching(text: str) -> Test:
    try:
        expression = compile_expression(text)
    except ExpressionError as error:
        raise Refused(f"TargetWorkersExpression: not valid, {error}.") from None
    return lambda state, one: expression.matches(state.worker_values[one.sid])


def member_of(queue_sids: set[str]) -> Test:
    """Of any of these queues."""
    return lambda state, one: (
        not queue_sids.isdisjoint(state.members.queues_of[one.sid])
    )


def queues_called(state: State, workspace_sid: str, name: str) -> set[str]:
    """Queues may be called alike."""
    queues = state.inside(workspace_sid, "task_queue")
    return {one.sid for one in queues if one.friendly_name == name}


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
