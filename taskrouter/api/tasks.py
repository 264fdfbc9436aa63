"""/Tasks"""

from expressions import ExpressionError, compile_expression
from taskrouter.api.call import Call
from taskrouter.api.paging import Key
from taskrouter.api.parameters import TRUE, flag, moment, text, whole
from taskrouter.api.resource import Resource, Test, chosen, same
from taskrouter.api.shapes import Shapes
from taskrouter.engine.commands import CreateTask, DeleteTask, UpdateTask
from taskrouter.engine.records import Task
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
            "HasAddons": lambda value: lambda state, one: value.lower() not in TRUE,
        },
    )
    statuses = [
        word.strip()
        for given in call.request.GET.getlist("AssignmentStatus")
        for word in given.split(",")
        if word.strip()
    ]
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
    return lambda state, one: expression.matches(state.task_values[one.sid])


FIELD_OF = {
    "datecreated": "date_created",
    "priority": "priority",
    "virtualstarttime": "virtual_start_time",
}


def order(call: Call, task: Task) -> Key:
    """`Ordering=Priority:desc,DateCreated:asc`; the order of creation settles ties."""
    keys: list[int] = []
    for clause in call.request.GET.get("Ordering", "DateCreated:asc").split(","):
        name, _, direction = clause.strip().lower().partition(":")
        if name not in FIELD_OF or direction not in ("", "asc", "desc"):
            raise Refused(
                f"Ordering: {clause!r} is not DateCreated, Priority or VirtualStartTime"
                " with :asc or :desc."
            )
        value = getattr(task, FIELD_OF[name])
        keys.append(-value if direction == "desc" else value)
    return (*keys, task.sequence, task.sid)


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
