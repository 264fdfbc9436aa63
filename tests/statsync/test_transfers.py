"""A task that is handed over: each stay for itself, the task as a whole."""

import pytest

from statsync.timelines import Definitions, TaskTimeline, fold_task
from tests.statsync.told import (
    NOON,
    Q1,
    Q2,
    SECOND,
    entered,
    left,
    offer,
    task,
)

DEFINITIONS = Definitions(causes={"hangup": [(0, "customer left")]})


HANDED_OVER = [
    task(NOON, "created"),
    entered(NOON),
    offer(NOON + 10 * SECOND, "created"),
    offer(NOON + 20 * SECOND, "accepted"),
    entered(NOON + 300 * SECOND, Q2),
]
"Q1 answers at 0:20 and hands over to Q2 at 5:00."


def handed_over(*then) -> TaskTimeline:
    return fold_task([*HANDED_OVER, *then], DEFINITIONS)


def test_who_leaves_after_a_transfer_has_abandoned_the_second_queue() -> None:
    told = handed_over(
        offer(NOON + 310 * SECOND, "completed"), left(NOON + 440 * SECOND)
    )

    first, second = told.stays
    assert (first.outcome, first.wait_ms) == ("answered", 20 * SECOND)
    assert (second.outcome, second.cause) == ("abandoned", "customer left")
    assert (second.how, second.from_queue_sid) == ("transferred", Q1)
    assert second.wait_ms == 140 * SECOND
    assert (first.task_outcome, first.task_cause) == ("answered", "customer left")


def test_a_task_that_staff_complete_after_a_transfer_is_not_abandoned() -> None:
    end = task(NOON + 440 * SECOND, "completed", task_completed_reason="hangup")
    assert handed_over(end).stays[1].outcome == "ended"


def test_a_queue_moved_on_to_after_a_transfer_was_not_handed_the_task() -> None:
    third = entered(NOON + 330 * SECOND, Q1)
    second, last = handed_over(third).stays[1:]
    assert (second.outcome, last.how, last.from_queue_sid) == ("moved on", "moved", "")


def test_a_queue_that_is_entered_again_unanswered_offers_again() -> None:
    told = fold_task([entered(NOON), entered(NOON + 30 * SECOND)], DEFINITIONS)
    assert [stay.how for stay in told.stays] == ["new", "offered again"]


@pytest.mark.parametrize("how", ["failed", "canceled"])
def test_nobody_waits_any_more_once_a_transfer_has_come_back(how) -> None:
    back = task(NOON + 330 * SECOND, f"transfer-{how}")
    again = entered(NOON + 400 * SECOND, Q2)
    end = left(NOON + 500 * SECOND)

    second, third = handed_over(back, again, end).stays[1:]

    assert (second.outcome, second.cause) == ("ended", "transfer failed")
    assert second.left_ms == back.ms
    assert (third.how, third.from_queue_sid) == ("transferred", Q1)
    assert third.outcome == "abandoned"


def test_who_hangs_up_during_a_transfer_has_abandoned_it() -> None:
    end = NOON + 330 * SECOND
    told = handed_over(task(end, "transfer-canceled"), left(end))
    assert told.stays[1].outcome == "abandoned"
