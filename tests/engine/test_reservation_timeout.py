"""A reservation that nobody answers."""

from tests.builders import Centre


def test_a_timed_out_reservation_sends_its_worker_to_the_timeout_activity():
    centre = Centre()
    workflow = centre.workflow(default=centre.queue(), task_reservation_timeout=20)
    ann = centre.worker("Ann")
    task = centre.task(workflow)
    centre.pass_time(20)
    assert centre.offers(task)[0].reservation_status == "timeout"
    assert centre.now_of(ann).activity_sid == centre.activity("Offline")
    assert centre.types()[-2:] == ["reservation.timeout", "worker.activity.update"]


def test_the_next_worker_is_offered_what_the_first_missed():
    centre = Centre()
    workflow = centre.workflow(default=centre.queue(), task_reservation_timeout=20)
    centre.worker("Ann")
    centre.worker("Bob")
    task = centre.task(workflow)
    centre.pass_time(20)
    assert centre.offered_to(task) == ["Bob"]


def test_an_answered_reservation_never_times_out():
    centre = Centre()
    workflow = centre.workflow(default=centre.queue(), task_reservation_timeout=20)
    centre.worker("Ann")
    task = centre.task(workflow)
    centre.answer(task)
    centre.pass_time(100)
    assert centre.offers(task)[0].reservation_status == "accepted"
