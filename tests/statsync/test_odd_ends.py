"""Reservations whose end nobody tells, or that never had a worker."""

import json

from statsync.records import EventRecord, parse
from statsync.timelines import fold_task
from statsync.timelines.definitions import Definitions

START = 1_700_000_000_000
PLAIN = Definitions(causes={"hangup": [(0, "customer left")]})


def told(type: str, seconds: int, **data: str) -> EventRecord:
    body = {
        "sid": f"EV{seconds:032}",
        "event_type": type,
        "event_date_ms": START + seconds * 1000,
        "event_data": {"task_sid": "WT1", "task_queue_sid": "WQ1", **data},
    }
    return parse(json.dumps(body))


def life(*more: EventRecord) -> list[EventRecord]:
    return [
        told("task.created", 0),
        told("task-queue.entered", 1),
        *more,
        told("task.canceled", 60, reason="hangup"),
    ]


def test_an_offer_rings_no_longer_than_its_task_lives() -> None:
    rings = told("reservation.created", 2, reservation_sid="WR1", worker_sid="WK1")
    [offer] = fold_task(life(rings), PLAIN).offers
    assert (offer.outcome, offer.ended_ms) == ("cancelled", START + 60_000)


def test_a_reservation_that_failed_is_over() -> None:
    rings = told("reservation.created", 2, reservation_sid="WR1", worker_sid="WK1")
    failed = told("reservation.failed", 3, reservation_sid="WR1", worker_sid="WK1")
    [offer] = fold_task([*life(rings)[:-1], failed], PLAIN).offers
    assert (offer.outcome, offer.ended_ms) == ("cancelled", START + 3_000)


def test_a_reservation_that_fails_without_naming_its_worker_is_over() -> None:
    rings = told("reservation.created", 2, reservation_sid="WR1", worker_sid="WK1")
    failed = told("reservation.failed", 3, reservation_sid="WR1")
    [offer] = fold_task([*life(rings)[:-1], failed], PLAIN).offers
    assert (offer.outcome, offer.ended_ms) == ("cancelled", START + 3_000)
    assert offer.worker_sid == "WK1"


def test_a_reservation_without_a_worker_is_nobodys_offer() -> None:
    failed = told("reservation.failed", 2, reservation_sid="WR1")
    assert fold_task(life(failed), PLAIN).offers == []
