"""A task that is handed over: each stay for itself, the task as a whole."""

from statsync.timelines import Definitions, TaskTimeline, fold_task
from tests.statsync.told import NOON, Q2, SECOND, entered, left, offer, task

DEFINITIONS = Definitions(causes={"hangup": "customer left"})


def handed_over(*then) -> TaskTimeline:
    """Q1 answers at 0:20 and hands over to Q2 at 5:00."""
    return fold_task(
        [
            task(NOON, "created"),
            entered(NOON),
            offer(NOON + 10 * SECOND, "created"),
            offer(NOON + 20 * SECOND, "accepted"),
            entered(NOON + 300 * SECOND, Q2),
            *then,
        ],
        DEFINITIONS,
    )


def test_who_leaves_after_a_transfer_has_abandoned_the_second_queue() -> None:
    told = handed_over(
        offer(NOON + 310 * SECOND, "completed"), left(NOON + 440 * SECOND)
    )

    first, second = told.stays
    assert (first.outcome, first.wait_ms) == ("answered", 20 * SECOND)
    assert (second.outcome, second.cause) == ("abandoned", "customer left")
    assert (second.how, second.wait_ms) == ("transferred", 140 * SECOND)
    assert (first.task_outcome, first.task_cause) == ("answered", "customer left")


def test_a_task_that_staff_complete_after_a_transfer_is_not_abandoned() -> None:
    end = task(NOON + 440 * SECOND, "completed", task_completed_reason="hangup")
    assert handed_over(end).stays[1].outcome == "ended"
