"""What one request may change of a task, and what becomes of the rest."""

import msgspec
import pytest

from taskrouter.engine import arrivals, commands
from taskrouter.engine.refusal import Refused
from tests.builders import Centre


@pytest.fixture
def centre() -> Centre:
    return Centre()


@pytest.fixture
def workflow(centre) -> str:
    return centre.workflow(default=centre.queue("Q"))


def update(centre: Centre, task, **fields):
    return centre.do(
        commands.UpdateTask(workspace_sid=centre.ws, sid=task.sid, **fields)
    )


def test_a_status_comes_with_everything_else_that_was_asked_for(centre, workflow):
    centre.worker("Ann")
    task = centre.task(workflow)
    centre.answer(task)
    wrapping = update(
        centre,
        task,
        assignment_status="wrapping",
        priority=7,
        reason="noted",
        virtual_start_time=0,
    )
    assert wrapping.assignment_status == "wrapping"
    assert (wrapping.priority, wrapping.virtual_start_time) == (7, 0)
    assert wrapping.reason == "noted"


def test_a_task_is_canceled_with_its_last_attributes(centre, workflow):
    task = centre.task(workflow)
    canceled = update(
        centre, task, assignment_status="canceled", attributes='{"why": "left"}'
    )
    assert canceled.assignment_status == "canceled"
    assert canceled.attributes == '{"why": "left"}'
    assert canceled.reason is None


@pytest.mark.parametrize("status", ["wrapping", "completed"])
def test_attributes_do_not_change_with_the_work_they_describe(centre, workflow, status):
    centre.worker("Ann")
    task = centre.task(workflow)
    centre.answer(task)
    with pytest.raises(Refused, match="send two"):
        update(centre, task, assignment_status=status, attributes="{}")


def test_empty_text_is_no_reason_and_no_attribute(centre, workflow):
    task = centre.task(workflow)
    changed = update(centre, task, reason="", attributes="")
    assert (changed.reason, changed.attributes) == (None, "{}")


@pytest.mark.parametrize("status", ["pending", "reserved", "assigned", "asleep"])
def test_a_status_that_nobody_sets_is_refused(centre, workflow, status):
    with pytest.raises(Refused, match="AssignmentStatus"):
        update(centre, centre.task(workflow), assignment_status=status)


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"routing_target": "XX1"}, "RoutingTarget"),
        ({"routing_target": "WK1"}, "RoutingTarget"),
        ({"task_queue_sid": "{worker}"}, "TaskQueueSid"),
        ({"virtual_start_time": 9_999_999_999_999}, "VirtualStartTime"),
        ({"virtual_start_time": -2_208_988_800_001}, "VirtualStartTime"),
        ({"timeout": 1_209_601}, "Timeout"),
        ({"priority": 2**31}, "Priority"),
        ({"task_channel": "smoke"}, "TaskChannel"),
    ],
    ids=lambda value: str(value),
)
def test_a_wrong_task_is_refused_by_field(centre, workflow, fields, names):
    ann = centre.worker("Ann")
    given = {
        name: ann.sid if value == "{worker}" else value
        for name, value in fields.items()
    }
    with pytest.raises(Refused, match=names):
        centre.do(commands.CreateTask(workspace_sid=centre.ws, **given))


def test_a_task_may_have_begun_as_early_as_1900(centre, workflow):
    early = -2_208_988_800_000
    task = centre.task(workflow, virtual_start_time=early)
    assert centre.now_of(task).virtual_start_time == early


def test_capacity_is_ignored_only_on_the_way_to_one_worker(centre, workflow):
    ann = centre.worker("Ann")
    made = [
        centre.do(commands.CreateTask(workspace_sid=centre.ws, **fields))
        for fields in (
            {"routing_target": ann.sid},
            {"routing_target": ann.sid, "ignore_capacity": False},
            {"workflow_sid": workflow, "ignore_capacity": True},
        )
    ]
    assert [task.ignore_capacity for task in made] == [True, False, False]


def test_tasks_that_have_ended_take_no_room(centre, workflow):
    centre.worker("Ann")
    task = centre.task(workflow)
    centre.answer(task)
    task = centre.now_of(task)
    for n in range(arrivals.MOST_LIVE - 1):
        centre.state.put(msgspec.structs.replace(task, sid=f"WT{n:032}"))
    with pytest.raises(Refused, match="at most 25000 live tasks"):
        centre.task(workflow)
    centre.end(task, "completed")
    assert centre.task(workflow).assignment_status == "reserved"


def test_a_reason_given_before_is_kept_by_an_end_that_gives_none(centre, workflow):
    task = centre.task(workflow)
    update(centre, task, reason="nobody called back")
    canceled = update(centre, task, assignment_status="canceled")
    assert canceled.reason == "nobody called back"


def test_the_channel_that_a_task_has_may_be_named_whatever_its_status(centre, workflow):
    centre.worker("Ann")
    task = centre.task(workflow, task_channel="chat")
    changed = update(centre, task, task_channel="chat", priority=3)
    assert (changed.assignment_status, changed.priority) == ("reserved", 3)
    with pytest.raises(Refused, match="only while the task is pending"):
        update(centre, task, task_channel="voice")


def test_a_channel_stays_while_somebody_has_a_task_that_has_left_it(centre, workflow):
    fax = {"friendly_name": "Fax", "unique_name": "fax"}
    centre.do(commands.CreateTaskChannel(workspace_sid=centre.ws, **fax))
    centre.worker("Ann")
    task = centre.task(workflow, task_channel="fax")
    held = centre.answer(task)
    to = centre.queue("Nobody", "1==2")
    hand_over = {"task_sid": task.sid, "to": to, "mode": "WARM"}
    centre.do(commands.CreateTransfer(workspace_sid=centre.ws, **hand_over))
    update(centre, task, task_channel="chat")
    with pytest.raises(Refused, match="has live tasks"):
        centre.do(commands.DeleteTaskChannel(workspace_sid=centre.ws, sid="fax"))
    done = {"sid": held.sid, "reservation_status": "completed"}
    centre.do(commands.UpdateReservation(workspace_sid=centre.ws, **done))
    centre.do(commands.DeleteTaskChannel(workspace_sid=centre.ws, sid="fax"))
