"""/Tasks"""

from expressions import ExpressionError, compile_expression
from taskrouter.api.call import Call
from taskrouter.api.ordering import Sorter
from taskrouter.api.parameters import flag, moment, text, whole, words
from taskrouter.api.resource import Resource, Test, by, chosen, same
from taskrouter.api.shapes import Shapes
from taskrouter.engine.commands import CreateTask, DeleteTask, UpdateTask
from taskrouter.engine.names import filter_names
from taskrouter.engine.records import ASSIGNMENT_STATUSES, Task
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State

UPDATE = {
    "Attributes": text,
    "AssignmentStatus": text,
    "Reason": text,
    "Priority": whole,
    "TaskChannel": text,
    "VirtualStartTime": moment,
}
CREATE = {
    "Attributes": text,
    "Timeout": whole,
    "Priority": whole,
    "TaskChannel": text,
    "WorkflowSid": text,
    "TaskQueueSid": text,
    "VirtualStartTime": moment,
    "RoutingTarget": text,
    "IgnoreCapacity": flag,
}


def filters(call: Call, state: State, workspace_sid: str) -> list[Test]:
    tests = chosen(
        call,
        {
            "Priority": lambda value: same("priority")(whole("Priority", value)),
            "WorkflowSid": same("workflow_sid"),
            "WorkflowName": lambda name: named("workflows", "workflow_sid", name),
            "TaskQueueSid": same("task_queue_sid"),
            "TaskQueueName": lambda name: named("task_queues", "task_queue_sid", name),
            "EvaluateTaskAttributes": matching,
            "RoutingTarget": same("routing_target"),
            "HasAddons": lambda value: lambda state, one: not flag("HasAddons", value),
        },
    )
    statuses = words(call.request.GET, "AssignmentStatus", ASSIGNMENT_STATUSES)
    if statuses:
        tests.append(lambda state, one: one.assignment_status in statuses)
    return tests


def named(table: str, field: str, name: str) -> Test:
    def test(state: State, task: Task) -> bool:
        found = getattr(state, table).get(getattr(task, field) or "")
        return found is not None and bool(found.friendly_name == name)

    return test


def matching(text: str) -> Test:
    try:
        expression = compile_expression(text)
    except ExpressionError as error:
        raise Refused(f"EvaluateTaskAttributes: not valid, {error}.") from None
    if "task" not in text:
        return lambda state, one: expression.matches(state.task_values[one.sid])
    return lambda state, one: expression.matches(
        filter_names(state.task_values[one.sid])
    )


in_order = by(
    "date_created",
    "priority",
    "virtual_start_time",
    ties=("date_created", "sequence"),
)


def order(call: Call) -> Sorter:
    """The order of creation, unless the client wants another; it settles ties too."""
    given = call.request.GET.get("Ordering", "").lower()
    if "datecreated" in given and "virtualstarttime" in given:
        raise Refused("Ordering: give either DateCreated or VirtualStartTime.")
    return in_order(call)


TASKS = Resource(
    kind="task",
    key="tasks",
    render=Shapes.task,
    create=CreateTask,
    update=UpdateTask,
    delete=DeleteTask,
    created_by=CREATE,
    updated_by=UPDATE,
    filters=filters,
    order=order,
)
