"""A workflow changes while tasks wait in it."""

import json

import pytest

from taskrouter.engine import commands
from taskrouter.engine.refusal import Refused
from tests.builders import Centre, to, when


@pytest.fixture
def centre() -> Centre:
    return Centre()


def change(centre: Centre, workflow: str, *filters: dict, **more: object) -> None:
    document = json.dumps({"task_routing": {"filters": list(filters)}})
    centre.do(
        commands.UpdateWorkflow(
            workspace_sid=centre.ws,
            sid=workflow,
            configuration=document,
            **more,  # type: ignore[arg-type]
        )
    )


def test_a_waiting_task_stays_in_the_step_it_had(centre):
    a, b = centre.queue("A"), centre.queue("B")
    workflow = centre.workflow(when("1==1", to(a)))
    task = centre.task(workflow)
    nobody = when("kind == 'z'", to(b, expression="1==2"))
    change(centre, workflow, nobody, when("1==1", to(b)))
    centre.worker("Ann")
    assert centre.offered_to(task) == ["Ann"]


def test_its_timeouts_lead_on_through_the_steps_it_had(centre):
    a, b, c = (centre.queue(name, "1==2") for name in "ABC")
    workflow = centre.workflow(when("1==1", to(a, timeout=30), to(b)))
    task = centre.task(workflow)
    change(centre, workflow, when("1==1", to(c)))
    centre.pass_time(30)
    assert centre.now_of(task).task_queue_sid == b


def test_re_evaluation_drives_it_through_the_new_steps(centre):
    a, b = centre.queue("A", "1==2"), centre.queue("B", "1==2")
    workflow = centre.workflow(when("1==1", to(a)))
    task = centre.task(workflow)
    change(centre, workflow, when("1==1", to(b)), re_evaluate_tasks=True)
    assert centre.now_of(task).task_queue_sid == b
    assert centre.state.tables["configuration"] == {}


def test_re_evaluation_begins_with_whoever_is_first_in_line(centre):
    a, b = centre.queue("A", "1==2"), centre.queue("B")
    workflow = centre.workflow(when("1==1", to(a)))
    low, high = centre.task(workflow), centre.task(workflow, priority=9)
    centre.worker("Ann")
    change(centre, workflow, when("1==1", to(b)), re_evaluate_tasks=True)
    assert (centre.offered_to(low), centre.offered_to(high)) == ([], ["Ann"])


def test_a_rejection_drives_it_through_the_new_steps(centre):
    a, b = centre.queue("A"), centre.queue("B", "1==2")
    workflow = centre.workflow(when("1==1", to(a)))
    centre.worker("Ann")
    task = centre.task(workflow)
    change(centre, workflow, when("1==1", to(b)))
    centre.answer(task, "rejected")
    assert centre.now_of(task).task_queue_sid == b


def test_a_queue_that_earlier_steps_lead_to_stays_while_tasks_wait_in_them(centre):
    a, b, c = centre.queue("A", "1==2"), centre.queue("B"), centre.queue("C")
    workflow = centre.workflow(when("1==1", to(a, timeout=30), to(b)))
    task = centre.task(workflow)
    change(centre, workflow, when("1==1", to(c)))
    delete = commands.DeleteTaskQueue(workspace_sid=centre.ws, sid=b)
    with pytest.raises(Refused, match="wait in earlier steps"):
        centre.do(delete)
    centre.end(task, "canceled")
    centre.do(delete)


def test_earlier_steps_are_forgotten_once_nobody_waits_in_them(centre):
    a = centre.queue("A", "1==2")
    workflow = centre.workflow(when("1==1", to(a)))
    task = centre.task(workflow)
    change(centre, workflow, when("2==2", to(a)))
    centre.end(task, "canceled")
    change(centre, workflow, when("3==3", to(a)))
    assert centre.state.tables["configuration"] == {}
