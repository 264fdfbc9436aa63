"""A task routed straight to a worker, and what IgnoreCapacity makes of it."""

import pytest

from tests.builders import Centre


@pytest.fixture
def centre() -> Centre:
    return Centre()


def test_it_goes_past_the_workflow_and_his_capacity(centre):
    ann = centre.worker("Ann")
    centre.set_capacity(ann, "default", 0)
    assert centre.offered_to(centre.task(routing_target=ann.sid)) == ["Ann"]


def test_it_rings_at_him_whether_he_is_available_or_not(centre):
    ann = centre.worker("Ann", "Offline")
    assert centre.offered_to(centre.task(routing_target=ann.sid)) == ["Ann"]


def test_one_that_respects_capacity_waits_until_he_is_available(centre):
    ann = centre.worker("Ann", "Offline")
    task = centre.task(routing_target=ann.sid, ignore_capacity=False)
    assert centre.offered_to(task) == []
    centre.set_activity(ann, "Available")
    assert centre.offered_to(task) == ["Ann"]


def test_one_that_nobody_answered_rings_at_him_again_until_its_time_is_over(centre):
    ann = centre.worker("Ann")
    task = centre.task(routing_target=ann.sid, timeout=200)
    centre.pass_time(121)
    assert centre.now_of(ann).activity_sid == centre.activity("Offline")
    assert centre.offered_to(task) == ["Ann"]
    centre.pass_time(80)
    assert centre.now_of(task).reason == "Task TTL Exceeded"


def test_it_is_in_the_queue_that_it_is_said_to_belong_to(centre):
    ann = centre.worker("Ann")
    nobodys = centre.queue("Nobody's", "1==2")
    task = centre.task(routing_target=ann.sid, task_queue_sid=nobodys)
    assert (task.task_queue_sid, task.task_queue_entered_date) == (nobodys, centre.now)
    assert centre.offered_to(task) == ["Ann"]
    assert centre.types()[-3:] == [
        "task.created",
        "task-queue.entered",
        "reservation.created",
    ]


def test_its_workflow_is_the_only_one_there_is_as_any_tasks_is(centre):
    ann = centre.worker("Ann")
    callback = "https://floor.example/assign"
    quick = {"task_reservation_timeout": 5, "assignment_callback_url": callback}
    only = centre.workflow(default=centre.queue(), **quick)
    task = centre.task(routing_target=ann.sid)
    assert task.workflow_sid == only
    assert [one.url for one in centre.decisions[-1].assignments] == [callback]
    [offer] = centre.offers(task)
    assert offer.timeout_at == centre.now + 5_000
    assert "workflow.entered" not in centre.types()
    centre.workflow(default=centre.queue("Another"))
    assert centre.task(routing_target=ann.sid).workflow_sid is None
