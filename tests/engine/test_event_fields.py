"""What each type of event says, as the events reference lists it."""

import pytest

from taskrouter.engine.commands import DeleteTask
from tests.builders import Centre, to, when
from tests.engine.story import lived

WORKSPACE = "workspace_sid workspace_name"
TASK = """
task_sid task_attributes task_age task_priority task_assignment_status task_date_created
task_queue_entered_date task_virtual_start_time task_version task_channel_sid
task_channel_unique_name task_ignore_capacity task_routing_target task_re_evaluated_reason
"""
WORKER = """
worker_sid worker_name worker_attributes worker_activity_sid worker_activity_name
worker_version
"""
QUEUE = "task_queue_sid task_queue_name task_queue_target_expression"
WORKFLOW = "workflow_sid workflow_name"
ACTIVITY = "activity_sid activity_name activity_available"
CHANNEL = """
task_channel_sid task_channel_name task_channel_unique_name task_channel_optimized_routing
"""
WORKER_CHANNEL = f"""
{WORKER} task_channel_sid task_channel_unique_name worker_channel_available
worker_channel_available_capacity worker_channel_previous_capacity
worker_channel_task_count
"""
MOVED = f"""
{TASK} {QUEUE} {WORKFLOW} previous_task_queue_sid previous_task_queue_name
previous_task_priority target_changed_reason
"""
RESERVATION = f"""
{TASK} {WORKER} {WORKFLOW} reservation_sid reservation_version task_queue_sid
task_queue_name worker_channel_capacity worker_channel_consumed_capacity
"""
TRANSFER = f"""
{TASK} task_transfer_sid transfer_type transfer_mode transfer_to transfer_status
transfer_initiating_worker_sid transfer_initiating_reservation_sid transfer_started
transfer_failed_reason
"""
FIELDS = {
    **dict.fromkeys(["activity.created", "activity.updated"], ACTIVITY),
    "activity.deleted": ACTIVITY,
    **dict.fromkeys(["workspace.created", "workspace.updated"], ""),
    "workspace.deleted": "",
    **dict.fromkeys(["task-channel.created", "task-channel.updated"], CHANNEL),
    "task-channel.deleted": CHANNEL,
    **dict.fromkeys(["workflow.created", "workflow.updated"], WORKFLOW),
    "workflow.deleted": WORKFLOW,
    **dict.fromkeys(["task-queue.created", "task-queue.deleted"], QUEUE),
    "task-queue.expression.updated": QUEUE,
    **dict.fromkeys(["worker.created", "worker.deleted"], WORKER),
    "worker.attributes.update": WORKER,
    "worker.activity.update": f"""
        {WORKER} worker_previous_activity_sid worker_previous_activity_name
        worker_time_in_previous_activity worker_time_in_previous_activity_ms
    """,
    "worker.capacity.update": WORKER_CHANNEL,
    "worker.channel.availability.update": WORKER_CHANNEL,
    "task.created": f"{TASK} {WORKFLOW}",
    "task.updated": f"{TASK} {WORKFLOW} {QUEUE}",
    "task.canceled": f"{TASK} {WORKFLOW} task_canceled_reason reason",
    "task.completed": f"{TASK} {WORKFLOW} {QUEUE} task_completed_reason reason",
    "task.wrapup": f"{TASK} {WORKFLOW} {QUEUE} task_completed_reason reason",
    "task.deleted": f"{TASK} {WORKFLOW} {QUEUE} reason",
    "task.system-deleted": f"{TASK} {WORKFLOW} {QUEUE} task_completed_reason reason",
    "task-queue.entered": f"{TASK} {QUEUE} {WORKFLOW}",
    "task-queue.timeout": f"{TASK} {QUEUE} {WORKFLOW}",
    "task-queue.moved": MOVED,
    **dict.fromkeys(["workflow.entered", "workflow.timeout"], f"{TASK} {WORKFLOW}"),
    "workflow.skipped": f"{TASK} {WORKFLOW}",
    "workflow.target-matched": f"""
        {TASK} {WORKFLOW} workflow_filter_name workflow_filter_expression
        workflow_filter_target_name workflow_filter_target_expression
        task_queue_sid task_queue_name
    """,
    **{
        f"reservation.{what}": RESERVATION
        for what in (
            *("created", "accepted", "rejected", "timeout", "canceled", "rescinded"),
            *("wrapup", "completed"),
        )
    },
    **{
        f"task.transfer-{what}": TRANSFER
        for what in ("initiated", "attempt-failed", "failed", "canceled", "completed")
    },
}
# Of a task routed past a workflow or a queue.
MAY_LACK = {*WORKFLOW.split(), *QUEUE.split()}


@pytest.fixture(scope="module")
def told():
    return [*lived().events, *one_for_two(), *skipped(), *deleted()]


def one_for_two() -> list:
    centre = Centre()
    queue = centre.queue(max_reserved_workers=2)
    centre.worker("Ann")
    centre.worker("Ben")
    task = centre.task(centre.workflow(default=queue))
    centre.answer(task)
    return centre.events


def skipped() -> list:
    centre = Centre()
    queue = centre.queue()
    away = to(queue, skip_if="workers.available == 0")
    centre.task(centre.workflow(when("1==1", away), default=queue))
    return centre.events


def deleted() -> list:
    centre = Centre()
    task = centre.task(centre.workflow(default=centre.queue()))
    centre.do(DeleteTask(workspace_sid=centre.ws, sid=task.sid))
    return centre.events


def test_every_type_is_told(told) -> None:
    assert {event.type for event in told} == set(FIELDS)


@pytest.mark.parametrize("type", FIELDS)
def test_an_event_says_all_that_its_type_says(told, type) -> None:
    wanted = {*WORKSPACE.split(), *FIELDS[type].split()}
    lacking = {frozenset(wanted - {*one.data}) for one in told if one.type == type}
    assert frozenset() in lacking
    assert frozenset().union(*lacking) <= MAY_LACK


def test_every_value_is_text(told) -> None:
    assert {type(value) for event in told for value in event.data.values()} == {str}


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("pending", "task_canceled_reason"),
        ("canceled", "task_canceled_reason"),
        ("completed", "task_completed_reason"),
    ],
)
def test_a_deleted_task_says_why_it_had_ended_as_it_ended(status, name) -> None:
    centre = Centre()
    task = centre.task(centre.workflow(default=centre.queue()))
    if status == "canceled":
        centre.end(task, "canceled", "why")
    if status == "completed":
        centre.worker("Ann")
        centre.answer(task)
        centre.end(task, "completed", "why")
    centre.do(DeleteTask(workspace_sid=centre.ws, sid=task.sid))
    said = {"reason", "task_canceled_reason", "task_completed_reason"}
    assert said & set(centre.events[-1].data) == {"reason", name}


def test_an_event_of_a_workers_channel_counts_what_he_has_accepted() -> None:
    centre = Centre()
    ann = centre.worker("Ann")
    flow = centre.workflow(default=centre.queue())
    centre.set_capacity(ann, "default", 3)
    centre.answer(centre.task(flow))
    centre.task(flow)
    centre.set_capacity(ann, "default", 2)
    assert centre.events[-1].data["worker_channel_task_count"] == "1"
