"""Nobody is offered a later task while an earlier one that he could take waits."""

import pytest

from taskrouter.engine import commands
from tests.builders import ACCOUNT, Centre, to, when


def test_a_rejected_task_does_not_come_before_one_that_waited_longer():
    centre = Centre()
    flow = centre.workflow(default=centre.queue())
    centre.worker("Ann")
    rejected = centre.task(flow)
    urgent = centre.task(flow, priority=5)

    centre.answer(rejected, "rejected")

    assert centre.offered_to(urgent) == ["Ann"]
    assert centre.offered_to(rejected) == []


def test_a_queue_that_gains_workers_rings_once_for_each_before_twice_for_one():
    centre = Centre()
    queue = centre.queue("Q", "1==2", max_reserved_workers=2)
    flow = centre.workflow(default=queue)
    centre.worker("Ann")
    centre.worker("Bob")
    first, second = centre.task(flow), centre.task(flow)

    centre.do(
        commands.UpdateTaskQueue(
            workspace_sid=centre.ws, sid=queue, target_workers="1==1"
        )
    )

    assert centre.offered_to(first) == ["Ann"]
    assert centre.offered_to(second) == ["Bob"]


@pytest.mark.parametrize("best", ["Ann", "Bob"])
def test_of_two_who_get_room_at_once_the_better_one_is_asked(best):
    centre = Centre()
    for name in ("Ann", "Bob"):
        centre.worker(name, level=int(name == best))
    ringing = centre.task(
        centre.workflow(default=centre.queue("Both", max_reserved_workers=2))
    )
    step = to(centre.queue("One"), order_by="worker.level DESC")
    waiting = centre.task(centre.workflow(when("1==1", step)))

    centre.end(ringing, "canceled")

    assert centre.offered_to(waiting) == [best]


def test_a_queue_that_gains_a_single_tasking_worker_rings_for_its_first_task():
    centre = single_tasking()
    queue = centre.queue("Q", "1==2")
    flow = centre.workflow(default=queue)
    centre.worker("Ann")
    early = centre.task(flow, task_channel="chat")
    centre.task(flow, task_channel="voice")
    urgent = centre.task(flow, task_channel="voice", priority=5)

    centre.do(
        commands.UpdateTaskQueue(
            workspace_sid=centre.ws, sid=queue, target_workers="1==1"
        )
    )

    assert centre.offered_to(urgent) == ["Ann"]
    assert centre.offered_to(early) == []


def test_a_workspace_that_becomes_single_tasking_offers_to_who_had_no_capacity():
    centre = single_tasking()
    centre.ws = centre.workspace.sid
    ann = centre.worker("Ann")
    centre.set_capacity(ann, "default", 0)
    task = centre.task(centre.workflow(default=centre.queue()))

    centre.do(
        commands.UpdateWorkspace(workspace_sid=centre.ws, multi_task_enabled=False)
    )

    assert centre.offered_to(task) == ["Ann"]


def single_tasking() -> Centre:
    centre = Centre()
    made = centre.do(
        commands.CreateWorkspace(
            account_sid=ACCOUNT, friendly_name="S", multi_task_enabled=False
        )
    )
    centre.ws = made.sid
    return centre


def test_a_task_handed_to_a_worker_waits_in_his_own_line_by_age():
    centre = Centre()
    last_in_first_out = centre.queue("L", "team == 'l'", task_order="LIFO")
    queue = centre.queue("F", "team == 'f'")
    centre.worker("Ann", team="l")
    bob = centre.worker("Bob", team="f")
    now = centre.task(routing_target=queue)
    older = centre.task(routing_target=queue)
    centre.pass_time(1)
    handed = centre.task(routing_target=last_in_first_out)
    centre.answer(now)
    centre.answer(handed)
    centre.do(
        commands.CreateTransfer(
            workspace_sid=centre.ws, task_sid=handed.sid, to=bob.sid, mode="COLD"
        )
    )

    centre.answer(now, "completed")

    assert centre.offered_to(older) == ["Bob"]


def test_who_rejects_is_first_offered_what_rings_nowhere_yet():
    centre = Centre()
    both = centre.queue("Both", max_reserved_workers=2)
    his = centre.queue("His", "team == 'bob'")
    centre.worker("Ann")
    centre.worker("Bob", team="bob")
    ringing = centre.task(centre.workflow(default=both))
    waiting = centre.task(centre.workflow(default=his))
    assert centre.offered_to(ringing) == ["Ann", "Bob"]
    centre.answer(ringing, "rejected", nth=0)
    centre.answer(ringing, "rejected", nth=1)
    assert centre.offered_to(ringing) == ["Ann"]
    assert centre.offered_to(waiting) == ["Bob"]
