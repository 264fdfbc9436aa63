"""Needs a hand: which rule speaks, and in which words."""

import pytest

from statsync import alerts

NOW = 1_700_000_000_000
QUEUE = {
    "name": "Billing",
    "waiting": 0,
    "matching": 5,
    "longest_since": None,
    "late": 0,
    "late_since": None,
    "free": 1,
    "ringing": 0,
    "expired": 0,
    "channels": ["voice"],
}
WORKER = {
    "name": "Ann",
    "state": "free",
    "by": "agent",
    "since": NOW - 60_000,
    "level": "",
    "level_text": "",
    "in_hand": [],
    "queues": ["WQ1"],
    "slots": [{"channel": "voice", "capacity": 1}],
}


def texts(queue=None, worker=None, feeds=None) -> list[str]:
    queues = {"WQ1": QUEUE | queue} if queue is not None else {}
    workers = {"WK1": WORKER | worker} if worker is not None else {}
    found = alerts.needs(queues, workers, feeds or {}, NOW)
    return [one["text"] for one in sorted(found.values(), key=lambda row: row["order"])]


def test_a_calm_floor_needs_nothing() -> None:
    assert texts({}, {}) == []


def test_a_task_that_no_worker_matches() -> None:
    said = texts({"waiting": 1, "matching": 0, "longest_since": NOW - 1000})
    assert said == ["Billing: 1 waiting, no worker matches at all"]


def test_late_tasks_and_nobody_free() -> None:
    late = {
        "waiting": 8,
        "late": 4,
        "free": 0,
        "late_since": NOW - 9,
        "longest_since": NOW - 5,
    }
    assert texts(late) == ["Billing: 8 waiting, 4 late, nobody free"]


@pytest.mark.parametrize(
    ("expired", "words"),
    [
        (1, "1 expired while waiting, the customer"),
        (3, "3 expired while waiting, the customers"),
    ],
)
def test_whoever_may_still_be_on_the_line_of_an_expired_task(expired, words) -> None:
    row = {"expired": expired, "expired_since": NOW - 9_000}
    assert texts(row) == [f"Billing: {words} may still be on the line"]


def test_who_is_out_by_a_missed_offer_while_tasks_wait() -> None:
    missed = {"state": "away", "by": "missed offer"}
    assert texts({"waiting": 1, "longest_since": NOW}, missed) == [
        "Ann: missed an offer, is out while tasks wait"
    ]
    assert texts({"waiting": 0}, missed) == []


def test_a_free_worker_beside_a_waiting_task() -> None:
    waiting = {"waiting": 1, "longest_since": NOW - 45_000}
    assert texts(waiting, {}) == ["Billing: Ann is free and tasks wait"]
    assert texts(waiting, {"since": NOW - 5_000}) == []


def test_a_feed_that_is_late_says_why_and_one_that_was_never_due_says_nothing() -> None:
    late = {"ok": NOW - 60_000, "expected_s": 2, "error": "TaskRouter answers 429."}
    never = {"ok": 0, "expected_s": 60, "error": ""}
    assert texts(feeds={"events": late, "cumulative": never}) == [
        "No events from TaskRouter: TaskRouter answers 429."
    ]
