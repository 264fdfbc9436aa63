"""What is told of a task agrees with what has become of it and of those it names."""

import json
from typing import Any

import pytest

from taskrouter.engine import commands, explain_task, known
from taskrouter.engine.moment import Look
from tests.builders import Centre, to, when


@pytest.fixture
def centre() -> Centre:
    return Centre()


def seen(centre: Centre, task: Any) -> explain_task.Seen:
    return explain_task.see(Look(centre.state, centre.now), centre.now_of(task), [])


def ways(centre: Centre, task: Any) -> list[tuple[int, int, str]]:
    return [
        (one.filter, one.target, one.progress)
        for filter in explain_task.filters(seen(centre, task))
        for one in filter.targets
    ]


def held_task(centre: Centre) -> Any:
    queue = centre.queue("A", "team == 'a'")
    step = to(queue, known_worker_friendly_name="task.agent")
    return centre.task(centre.workflow(when("1==1", step)), attributes={"agent": "Ann"})


def test_a_known_worker_who_joins_the_queue_or_leaves_it_is_told_of_as_he_is(centre):
    ann = centre.worker("Ann", "Offline", team="b")
    task = held_task(centre)
    assert seen(centre, task).held.warning == known.NOT_A_MEMBER
    for team, warning in (("a", None), ("b", known.NOT_A_MEMBER)):
        skills = f'{{"team": "{team}"}}'
        centre.do(
            commands.UpdateWorker(
                workspace_sid=centre.ws, sid=ann.sid, attributes=skills
            )
        )
        assert seen(centre, task).held.warning == warning


def test_a_known_worker_who_comes_later_or_is_deleted_is_told_of_as_he_is(centre):
    task = held_task(centre)
    assert seen(centre, task).held.warning == known.MISSING
    ann = centre.worker("Ann", "Offline", team="a")
    assert seen(centre, task).held.warning is None
    centre.do(commands.DeleteWorker(workspace_sid=centre.ws, sid=ann.sid))
    assert seen(centre, task).held.warning == known.MISSING


def test_whom_a_task_goes_straight_to_need_not_belong_to_its_queue(centre):
    ann = centre.worker("Ann", "Offline")
    queue = centre.queue("Nobody", "1==2")
    task = centre.task(
        routing_target=ann.sid, task_queue_sid=queue, ignore_capacity=False
    )
    assert seen(centre, task).held.warning is None
    centre.do(commands.DeleteWorker(workspace_sid=centre.ws, sid=ann.sid))
    assert seen(centre, task).held.warning == known.MISSING


def test_what_a_canceled_task_never_came_to_is_still_ahead(centre):
    queue = centre.queue()
    first = when("1==1", to(queue, timeout=2), to(queue))
    task = centre.task(centre.workflow(first, when("2==2", to(queue, timeout=1))))
    centre.pass_time(3)
    way = [(0, 0, "timed_out"), (0, 1, "here"), (1, 0, "ahead")]
    assert ways(centre, task) == way
    centre.end(task, "canceled")
    assert ways(centre, task) == way


def test_the_default_filter_comes_after_every_other(centre):
    queue = centre.queue("Q", "1==2")
    flow = centre.workflow(when("kind == 1", to(queue)), default=queue)
    task = centre.task(flow, attributes={"kind": 1})
    default = explain_task.default_filter(seen(centre, task))
    assert default is not None
    assert default.progress == "ahead"


def test_a_task_whose_every_target_was_skipped_is_not_said_to_have_matched_none(centre):
    away = to(centre.queue(), skip_if="workers.available == 0")
    task = centre.task(centre.workflow(when("1==1", away)))
    assert centre.now_of(task).reason == "Workflow skipped"
    task = centre.task(centre.workflow(when("1==2", away)))
    assert centre.now_of(task).reason == "No filter of the workflow matched"


@pytest.mark.parametrize(
    ("target", "progress"),
    [({"skip_if": "1==1"}, "skipped"), ({"timeout": 1}, "timed_out")],
    ids=["skipped", "timed out"],
)
def test_a_task_that_a_new_configuration_cancels_is_told_by_that(
    centre, target, progress
):
    queue = centre.queue()
    workflow = centre.workflow(when("1==1", to(queue)))
    task = centre.task(workflow)
    centre.pass_time(2)
    filters = [when("1==2", to(queue)), when("1==1", to(queue, **target))]
    centre.do(
        commands.UpdateWorkflow(
            workspace_sid=centre.ws,
            sid=workflow,
            configuration=json.dumps({"task_routing": {"filters": filters}}),
            re_evaluate_tasks=True,
        )
    )
    assert centre.now_of(task).assignment_status == "canceled"
    assert seen(centre, task).version == "present"
    assert ways(centre, task) == [(1, 0, progress)]
