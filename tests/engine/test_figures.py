"""Cumulative statistics: what counts of events are shown as."""

from collections import Counter

import pytest

from taskrouter.engine.statistics import (
    Count,
    Counts,
    Spread,
    cumulative,
    of_workers,
    spell,
)

ACCEPTED = Count(3, Spread(3, 100, 9, 70), Spread(3, 62, 5, 40))
CANCELED = Count(2, Spread(2, 31, 11, 20))
COUNTS = Counts(
    {
        "reservation.created": Count(12),
        "reservation.accepted": ACCEPTED,
        "reservation.rejected": Count(4),
        "reservation.timeout": Count(5),
        "reservation.canceled": Count(6),
        "reservation.rescinded": Count(7),
        "task.created": Count(20),
        "task.canceled": CANCELED,
        "task.completed": Count(21),
        "task.deleted": Count(22),
        "task-queue.moved": Count(23),
        "task-queue.entered": Count(24),
        "workflow.entered": Count(25),
        "workflow.timeout": Count(26),
    },
    Counter(
        {
            ("reservation.accepted", 9): 1,
            ("reservation.accepted", 21): 2,
            ("task.canceled", 20): 1,
            ("task.canceled", 11): 1,
        }
    ),
)
ALL = {
    "avg_task_acceptance_time": 33,
    "reservations_created": 12,
    "reservations_accepted": 3,
    "reservations_rejected": 4,
    "reservations_timed_out": 5,
    "reservations_canceled": 6,
    "reservations_rescinded": 7,
    "tasks_canceled": 2,
    "tasks_completed": 21,
    "tasks_deleted": 22,
    "tasks_moved": 23,
    "wait_duration_until_accepted": {"avg": 33, "min": 9, "max": 70, "total": 100},
    "wait_duration_until_canceled": {"avg": 15, "min": 11, "max": 20, "total": 31},
    "split_by_wait_time": {
        "20": {
            "above": {"reservations_accepted": 2, "tasks_canceled": 0},
            "below": {"reservations_accepted": 1, "tasks_canceled": 2},
        },
        "10": {
            "above": {"reservations_accepted": 2, "tasks_canceled": 2},
            "below": {"reservations_accepted": 1, "tasks_canceled": 0},
        },
    },
}
IN_QUEUE = {"avg": 20, "min": 5, "max": 40, "total": 62}


@pytest.mark.parametrize(
    ("subject", "own"),
    [
        ("workspace", {"tasks_created": 20, "tasks_timed_out_in_workflow": 26}),
        (
            "queue",
            {"tasks_entered": 24, "wait_duration_in_queue_until_accepted": IN_QUEUE},
        ),
        ("workflow", {"tasks_entered": 25, "tasks_timed_out_in_workflow": 26}),
    ],
)
def test_each_subject_shows_its_figures_and_no_others(subject, own):
    assert cumulative(subject, COUNTS, [20, 10]) == {**ALL, **own}


def test_nothing_counted_is_zero_and_no_split():
    figures = cumulative("queue", Counts(), None)
    nothing = {"avg": 0, "min": 0, "max": 0, "total": 0}
    assert figures.pop("split_by_wait_time") is None
    assert [figures[name] for name in sorted(figures) if "wait" in name] == [
        nothing
    ] * 3
    assert {value for name, value in figures.items() if "wait" not in name} == {0}


def test_durations_add_up_whatever_comes_first():
    a, b, none = Spread(1, 5, 5, 5), Spread(2, 9, 2, 7), Spread()
    assert a + b == b + a == Spread(3, 14, 2, 7)
    assert a + none == none + a == a


@pytest.mark.parametrize(
    ("end", "stay"),
    [(12_000, Spread(1, 2_000, 2_000, 2_000)), (10_000, Spread()), (9_000, Spread())],
    ids=["two seconds", "at once", "backwards"],
)
def test_a_stay_is_counted_if_it_lasted(end, stay):
    assert spell(10_000, end) == stay


def test_a_worker_shows_each_activity_in_whole_seconds():
    reservations = {"reservation.created": 2, "reservation.rescinded": 1}
    spells = {"WA1": Spread(2, 7_999, 999, 7_000)}
    assert of_workers(reservations, {"WA1": "Talk", "WA2": "Gone"}, spells) == {
        "reservations_created": 2,
        "reservations_accepted": 0,
        "reservations_rejected": 0,
        "reservations_timed_out": 0,
        "reservations_canceled": 0,
        "reservations_rescinded": 1,
        "activity_durations": [
            {
                "sid": "WA1",
                "friendly_name": "Talk",
                "avg": 3,
                "min": 0,
                "max": 7,
                "total": 7,
            },
            {
                "sid": "WA2",
                "friendly_name": "Gone",
                "avg": 0,
                "min": 0,
                "max": 0,
                "total": 0,
            },
        ],
    }
