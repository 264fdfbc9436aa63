"""The cases of the rule book: T 1:00, S 0:05, rows of 15 minutes, formula *target*.

Each goes through TaskRouter's API on a fast clock, its events through the ledger, and
is read from the rows that reports are made of.
"""

import pytest

from statsync import rollups
from statsync.models import Offer, WorkflowInterval
from statsync.queries import history
from tests.road import Road


def workspace_row(road: Road, clock: str) -> WorkflowInterval:
    """All tasks, in the quarter that begins then."""
    return WorkflowInterval.objects.get(
        workspace=road.workspace, workflow_sid="", start_ms=road.ms(clock)
    )


def level(road: Road, queue: str, clock: str) -> tuple[int, int]:
    span = [(road.ms(clock), road.ms(clock) + 900_000)]
    report = history.report(road.workspace, queue, span, road.api.now)
    return report.total.level


def test_1_a_stay_counts_in_the_rows_where_each_thing_happens(road: Road) -> None:
    queue = road.queue("Billing")
    workflow = road.workflow({"queue": queue}, TaskReservationTimeout=600)
    ann = road.worker("Ann", "Break", voice=1)

    road.at("09:59:30")
    task = road.task(workflow)
    road.at("10:00:40")
    road.set_activity(ann, "Available")
    road.accept(task)
    road.at("10:05")
    road.wrap(task)
    road.at("10:06")
    road.complete(task)
    road.at("10:30")
    road.settle()

    before, after = road.row(queue, "09:45"), road.row(queue, "10:00")
    assert (before.entered, before.waiting_end, before.answered) == (1, 1, 0)
    assert (after.waiting_start, after.answered, after.answered_in_t) == (1, 1, 0)
    assert (after.entered, after.waiting_end) == (0, 0)
    assert level(road, queue, "10:00") == (0, 1)
    assert (after.legs, after.talk_sum_ms + after.wrap_sum_ms) == (1, 320_000)
    assert after.wrap_sum_ms == 60_000


@pytest.mark.parametrize(
    ("seconds", "short", "abandoned", "target", "left_in_time"),
    [(4, 1, 0, (0, 0), (1, 1)), (30, 0, 1, (0, 1), (1, 1))],
    ids=["within S", "after S"],
)
def test_2_who_leaves_at_once_is_short_and_touches_no_service_level(
    road: Road, seconds, short, abandoned, target, left_in_time
) -> None:
    queue = road.queue("Billing")
    workflow = road.workflow({"queue": queue})
    road.at("10:00")
    task = road.task(workflow)
    road.wait(seconds)
    road.leave(task)
    road.at("10:20")
    road.settle()

    row = road.row(queue, "10:00")
    assert (row.short, row.abandoned) == (short, abandoned)
    assert level(road, queue, "10:00") == target
    road.workspace.servicerule_set.filter(channel="").update(formula="left in time")
    assert level(road, queue, "10:00") == left_in_time


def test_3_a_missed_offer_is_the_workers_and_the_wait_goes_on(road: Road) -> None:
    queue = road.queue("Billing")
    workflow = road.workflow({"queue": queue}, TaskReservationTimeout=20)
    ann = road.worker("Ann", voice=1)
    road.at("10:00")
    task = road.task(workflow)
    road.wait(20)
    bob = road.worker("Bob", voice=1)
    road.wait(25)
    # Bob is offered it again and again until he takes it.
    if not [one for one in road.offers(task) if one["reservation_status"] == "pending"]:
        road.set_activity(bob, "Available")
    road.accept(task, bob)
    road.at("10:20")
    road.settle()

    [stay] = road.stays(task)
    assert (stay.outcome, stay.wait_ms) == ("answered", 45_000)
    assert level(road, queue, "10:00") == (1, 1)
    assert road.agent(ann, "10:00").missed == 1
    shown = road.live("worker", ann)
    assert (shown["state"], shown["by"]) == ("offline", "missed offer")


def test_4_three_ring_and_one_answers(road: Road) -> None:
    queue = road.queue("Billing", MaxReservedWorkers=3)
    workflow = road.workflow({"queue": queue}, TaskReservationTimeout=60)
    three = [road.worker(name, voice=1) for name in ("Ann", "Bob", "Cy")]
    road.at("10:00")
    task = road.task(workflow)
    road.wait(8)
    road.accept(task, three[1])
    road.at("10:20")
    road.settle()

    [stay] = road.stays(task)
    rows = [road.agent(worker, "10:00") for worker in three]
    assert stay.wait_ms == 8_000
    assert [row.ringing_ms for row in rows] == [8_000, 8_000, 8_000]
    assert sum(row.rescinded for row in rows) == 2
    assert sum(row.missed for row in rows) == 0


def test_5_who_hangs_up_while_it_rings_has_abandoned(road: Road) -> None:
    queue = road.queue("Billing")
    workflow = road.workflow({"queue": queue}, TaskReservationTimeout=60)
    road.at("10:00")
    task = road.task(workflow)
    road.wait(25)
    ann = road.worker("Ann", voice=1)
    road.wait(5)
    road.leave(task)
    road.at("10:20")
    road.settle()

    row, agent = road.row(queue, "10:00"), road.agent(ann, "10:00")
    assert (row.abandoned, row.short) == (1, 0)
    assert (agent.cancelled, agent.missed) == (1, 0)


def test_7_there_and_back_again_is_three_stays_and_one_task(road: Road) -> None:
    first, second = road.queue("Q1"), road.queue("Q2")
    workflow = road.workflow(
        {"queue": first, "timeout": 30},
        {"queue": second, "timeout": 30},
        {"queue": first},
    )
    road.at("10:00")
    task = road.task(workflow)
    road.wait(120)
    road.leave(task)
    road.at("10:20")
    road.settle()

    row = road.row(first, "10:00")
    assert (row.entered, row.moved_on, row.abandoned) == (2, 1, 1)
    assert road.row(second, "10:00").moved_on == 1
    whole = workspace_row(road, "10:00")
    assert (whole.entered, whole.abandoned, whole.moved_on) == (1, 1, 0)


@pytest.mark.parametrize("mode", ["WARM", "COLD"])
def test_8_a_task_handed_over_is_two_stays_two_legs_and_one_answer(
    road: Road, mode: str
) -> None:
    first, second = road.queue("Q1", "1==1"), road.queue("Q2", "friendly_name == 'Bob'")
    workflow = road.workflow({"queue": first})
    road.at("10:00")
    task = road.task(workflow)
    road.wait(20)
    ann = road.worker("Ann", voice=1)
    road.accept(task)
    road.at("10:05")
    road.transfer(task, second, mode)
    road.wait(30)
    bob = road.worker("Bob", voice=1)
    road.accept(task, bob)
    road.at("10:06")
    road.complete_own(task, ann)
    road.at("10:10")
    road.complete_own(task, bob)
    road.at("10:20")
    road.settle()

    q1, q2 = road.row(first, "10:00"), road.row(second, "10:00")
    assert (q1.answered_in_t, q1.transferred_out, q1.moved_on) == (1, 1, 0)
    assert (q1.legs, q1.talk_sum_ms + q1.wrap_sum_ms) == (1, 340_000)
    assert (q2.entered, q2.transferred_in, q2.answered_in_t) == (1, 1, 1)
    assert (q2.wait_sum_ms, q2.talk_sum_ms + q2.wrap_sum_ms) == (30_000, 270_000)
    whole = workspace_row(road, "10:00")
    assert (whole.entered, whole.answered, whole.wait_sum_ms) == (1, 1, 20_000)


def test_11_two_chats_at_once_are_one_time_of_handling(road: Road) -> None:
    queue = road.queue("Chats")
    workflow = road.workflow({"queue": queue})
    ann = road.worker("Ann", chat=2)
    road.at("10:00")
    one = road.task(workflow, "chat")
    road.accept(one)
    road.at("10:05")
    two = road.task(workflow, "chat")
    road.accept(two)
    road.at("10:10")
    road.complete(one)
    road.at("10:15")
    road.complete(two)
    road.at("10:30")
    road.settle()

    rows = [road.agent(ann, "10:00"), road.agent(ann, "10:15")]
    handling = sum(row.handling_ms for row in rows)
    tasks = sum(row.task_ms for row in rows)
    queue_rows = [road.row(queue, "10:00"), road.row(queue, "10:15")]
    legs = sum(row.legs for row in queue_rows)
    spent = sum(row.talk_sum_ms + row.wrap_sum_ms for row in queue_rows)
    assert (handling, tasks) == (900_000, 1_200_000)
    assert round(tasks / handling, 2) == 1.33
    assert (legs, spent / legs) == (2, 600_000)
    held = Offer.objects.filter(workspace=road.workspace, worker_sid=ann)
    assert sorted(rollups.effort(list(held)).values()) == [450_000, 450_000]


def test_12_work_done_while_away_is_shown_and_not_counted(road: Road) -> None:
    queue = road.queue("Chats")
    workflow = road.workflow({"queue": queue})
    ann = road.worker("Ann", chat=2)
    road.at("09:50")
    task = road.task(workflow, "chat")
    road.accept(task)
    road.at("10:00")
    road.set_activity(ann, "Break")
    road.at("10:06")
    road.complete(task)
    road.at("10:15")
    road.settle()

    before, away = road.agent(ann, "09:45"), road.agent(ann, "10:00")
    assert before.handling_ms == 600_000
    assert (away.away_ms, away.while_away_ms) == (900_000, 360_000)
    assert (away.handling_ms, away.ringing_ms, away.idle_ms) == (0, 0, 0)


def test_16_ten_who_wait_too_long_are_a_level_before_anybody_is_answered(
    road: Road,
) -> None:
    queue = road.queue("Billing")
    workflow = road.workflow({"queue": queue})
    road.at("10:00")
    for _ in range(10):
        road.task(workflow)
    road.wait(61)
    road.settle()

    row = road.live("queue", queue)
    assert row["sl_30"] == [0, 10]
    assert row["level"] == "act"
    assert level(road, queue, "10:00") == (0, 10)


def test_work_that_goes_on_after_signing_out_is_no_handling(road: Road) -> None:
    workflow = road.workflow({"queue": road.queue("Chats")})
    ann = road.worker("Ann", chat=2)
    road.at("10:00")
    task = road.task(workflow, "chat")
    road.accept(task)
    road.at("10:05")
    road.set_activity(ann, "Offline")
    road.at("10:10")
    road.complete(task)
    road.at("10:15")
    road.settle()

    row = road.agent(ann, "10:00")
    assert (row.signed_in_ms, row.handling_ms, row.task_ms) == (300_000,) * 3
    assert (row.while_away_ms, row.idle_ms, row.away_ms) == (300_000, 0, 0)
