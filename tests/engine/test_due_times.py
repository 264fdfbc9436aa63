"""The heap of due times: it stays small, and what fails holds up nothing else."""

import pytest

from taskrouter.engine import commands
from tests.builders import Centre, to, when


def test_the_heap_does_not_grow_with_the_tasks_that_have_ended():
    centre = Centre()
    workflow = centre.workflow(default=centre.queue())
    centre.worker("Ann")
    for _ in range(1_500):
        task = centre.task(workflow, timeout=1_209_600)
        centre.answer(task)
        centre.end(task, "completed")
        centre.pass_time(10)
    assert len(centre.state.due._heap) < 2_000


def test_what_changes_nothing_about_its_due_time_adds_no_entry():
    centre = Centre()
    workflow = centre.workflow(default=centre.queue())
    task = centre.task(workflow)
    before = len(centre.state.due._heap)
    for priority in range(50):
        centre.do(
            commands.UpdateTask(
                workspace_sid=centre.ws, sid=task.sid, priority=priority
            )
        )
    assert len(centre.state.due._heap) == before


def test_what_is_over_in_the_same_moment_goes_on_in_order_of_creation():
    centre = Centre()
    nobody, everybody = centre.queue("Nobody", "1==2"), centre.queue("Everybody")
    flow = centre.workflow(when("1==1", to(nobody, timeout=10), to(everybody)))
    tasks = [centre.task(flow) for _ in range(6)]
    centre.worker("Ann")
    centre.pass_time(10)
    assert [centre.offered_to(task) for task in tasks] == [["Ann"]] + [[]] * 5


def test_offers_that_nobody_answers_end_in_order_of_their_tasks_creation():
    centre = Centre()
    flow = centre.workflow(default=centre.queue())
    for n in range(6):
        centre.worker(f"W{n}")
    tasks = [centre.task(flow) for _ in range(6)]
    centre.pass_time(120)
    ended = [one for one in centre.events if one.type == "reservation.timeout"]
    assert [one.task_sid for one in ended] == [task.sid for task in tasks]


def test_something_due_that_fails_is_put_off_and_others_are_dealt_with():
    centre = Centre()
    workflow = centre.workflow(default=centre.queue())
    bad = centre.task(workflow, timeout=60)
    good = centre.task(workflow, timeout=61)
    lost = centre.state.workspaces.pop(centre.ws)
    centre.now += 60_000
    with pytest.raises(KeyError):
        centre.do(commands.TimePassed())
    assert centre.now_of(bad).assignment_status == "pending"
    centre.state.workspaces[lost.sid] = lost
    centre.pass_time(1)
    assert centre.now_of(good).assignment_status == "canceled"
    assert centre.now_of(bad).assignment_status == "pending"
    centre.pass_time(60)
    assert centre.now_of(bad).assignment_status == "canceled"
