"""The heap of due times: it stays small, and what fails holds up nothing else."""

import pytest

from taskrouter.engine import commands
from tests.builders import Centre


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


def test_something_due_that_fails_is_put_off_and_others_are_dealt_with():
    centre = Centre()
    workflow = centre.workflow(default=centre.queue())
    bad = centre.task(workflow, timeout=60)
    good = centre.task(workflow, timeout=61)
    lost = centre.state.task_channels.pop(bad.task_channel_sid)
    centre.now += 60_000
    with pytest.raises(KeyError):
        centre.do(commands.TimePassed())
    assert centre.now_of(bad).assignment_status == "pending"
    centre.state.task_channels[lost.sid] = lost
    centre.pass_time(1)
    assert centre.now_of(good).assignment_status == "canceled"
    assert centre.now_of(bad).assignment_status == "pending"
    centre.pass_time(60)
    assert centre.now_of(bad).assignment_status == "canceled"
