"""Transfers by the address of ours beside the API."""

from dataclasses import dataclass

import httpx
import pytest


@dataclass
class Floor:
    """A task that Ann has accepted, and a second queue."""

    task: str
    ann: str
    second: str
    transfers: str


@pytest.fixture
def floor(http: httpx.Client, ws: str) -> Floor:
    activities = http.get(f"{ws}/Activities").json()["activities"]
    available = next(one["sid"] for one in activities if one["available"])
    second = http.post(f"{ws}/TaskQueues", data={"FriendlyName": "Second"}).json()
    ann = http.post(
        f"{ws}/Workers", data={"FriendlyName": "Ann", "ActivitySid": available}
    ).json()
    task = f"{ws}/Tasks/{http.post(f'{ws}/Tasks').json()['sid']}"
    [offer] = http.get(f"{task}/Reservations").json()["reservations"]
    http.post(
        f"{task}/Reservations/{offer['sid']}", data={"ReservationStatus": "accepted"}
    ).raise_for_status()
    ours = str(http.base_url).rstrip("/").replace("/v1", "/signalbox/v1")
    return Floor(task, ann["sid"], second["sid"], f"{ours}{task}/Transfers")


def test_a_transfer_is_made_shown_listed_and_called_off(http, floor) -> None:
    made = http.post(floor.transfers, data={"To": floor.second, "Mode": "WARM"})
    transfer = made.json()
    assert (made.status_code, transfer["transfer_status"]) == (201, "initiated")
    assert transfer["initiating_worker_sid"] == floor.ann
    assert http.get(transfer["url"]).json() == transfer
    assert http.get(floor.transfers).json()["transfers"] == [transfer]


def test_a_task_that_is_handed_over_is_pending_and_called_off_assigned(
    http, floor
) -> None:
    # Nobody else is there to ring at.
    warm = {"To": floor.second, "Mode": "WARM"}
    made = http.post(floor.transfers, data=warm).json()
    assert http.get(floor.task).json()["assignment_status"] == "pending"
    off = http.post(made["url"], data={"TransferStatus": "canceled"}).json()
    assert off["transfer_status"] == "canceled"
    assert http.get(floor.task).json()["assignment_status"] == "assigned"


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"To": "WQ1"}, "To"),
        ({"To": "ann"}, "To"),
        ({"To": "second", "Mode": "HOT"}, "Mode"),
        ({"To": "second", "Attributes": "{"}, "Attributes"),
    ],
    ids=["unknown queue", "no sid", "mode", "attributes"],
)
def test_what_cannot_be_handed_over_is_refused_in_words(
    http, floor, fields, names
) -> None:
    to = floor.second if fields["To"] == "second" else fields["To"]
    answer = http.post(floor.transfers, data={**fields, "To": to})
    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert answer.json()["message"].startswith(names)
    assert http.get(floor.transfers).json()["transfers"] == []


def test_an_unavailable_worker_is_no_target(http, ws, floor) -> None:
    bob = http.post(f"{ws}/Workers", data={"FriendlyName": "Bob"}).json()["sid"]
    answer = http.post(floor.transfers, data={"To": bob})
    assert answer.status_code == 400
    assert "not available" in answer.json()["message"]


def test_an_unknown_task_or_transfer_is_not_found(http, floor) -> None:
    unknown = floor.transfers.replace(floor.task[-32:], "0" * 32)
    assert http.get(unknown).status_code == 404
    assert http.get(f"{floor.transfers}/TT{'0' * 32}").status_code == 404


def test_who_does_not_know_the_token_hands_nothing_over(floor) -> None:
    answer = httpx.post(floor.transfers, data={"To": floor.second})
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
