"""Assignment callbacks: the fallback address, and what is done where neither answers."""

import time
from collections.abc import Iterator

import pytest
from twilio.request_validator import RequestValidator

from tests.machine import wait_until
from tests.taskrouter.floor import Floor, opened
from tests.taskrouter.listener import Listener

ACCEPT = '{"instruction": "accept"}'


@pytest.fixture
def fallback() -> Iterator[Listener]:
    with Listener() as server:
        yield server


@pytest.fixture
def floor(http) -> Floor:
    """Where nothing rings yet."""
    floor = opened(http)
    floor.hang_up()
    return floor


def offer(floor: Floor, first: str, second: str = "") -> str:
    """A task of which the first address is told, or the second."""
    workflow = floor.sids["Workflow"]
    asked = {"AssignmentCallbackUrl": first, "FallbackAssignmentCallbackUrl": second}
    floor.http.post(f"{floor.ws}/Workflows/{workflow}", data=asked).raise_for_status()
    return f"{floor.ws}/Tasks/{floor.make('Tasks', WorkflowSid=workflow)}"


def statuses(floor: Floor, task: str) -> list[str]:
    found = floor.http.get(f"{task}/Reservations").json()["reservations"]
    return [one["reservation_status"] for one in found]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{",
        '{"instruction": "dance"}',
        '{"instruction": "reject", "activity_sid": "WA1"}',
        '{"instruction": "call", "from": "bob"}',
    ],
    ids=["500", "cut", "unknown", "nowhere", "without an address"],
)
def test_the_fallback_is_asked_where_the_first_gives_no_instruction(
    taskrouter, floor, listener, fallback, answer
) -> None:
    listener.instruction, listener.failures = answer, int(not answer)
    fallback.instruction = ACCEPT
    task = offer(floor, listener.url, fallback.url)
    wait_until(lambda: statuses(floor, task) == ["accepted"], 5, "the second is obeyed")
    [(first, _)], [(second, signature)] = listener.heard, fallback.heard
    assert first == second
    validator = RequestValidator(taskrouter.credentials[1])
    assert validator.validate(fallback.url, second, signature)


def test_the_fallback_is_asked_where_the_first_is_late(
    floor, listener, fallback
) -> None:
    listener.pause, listener.instruction = 2.0, '{"instruction": "reject"}'
    fallback.instruction = ACCEPT
    task = offer(floor, f"{listener.url}#tt=300", fallback.url)
    wait_until(lambda: statuses(floor, task) == ["accepted"], 2, "nobody waited")
    time.sleep(2)  # until the late answer has come
    assert statuses(floor, task) == ["accepted"]


def test_the_fallback_is_not_asked_where_the_first_gives_no_instruction_on_purpose(
    floor, listener, fallback
) -> None:
    task = offer(floor, listener.url, fallback.url)
    wait_until(lambda: listener.heard, 5, "it is told")
    time.sleep(0.3)
    assert (statuses(floor, task), fallback.heard) == (["pending"], [])


def test_where_neither_knows_what_to_do_the_reservation_is_canceled(
    floor, listener, fallback
) -> None:
    listener.instruction = fallback.instruction = "?"
    task = offer(floor, listener.url, fallback.url)
    wait_until(lambda: "canceled" in statuses(floor, task), 5, "it is canceled")
    floor.http.post(task, data={"AssignmentStatus": "canceled"}).raise_for_status()
    asked = [form["ReservationSid"] for form, _ in listener.heard]
    again = [form["ReservationSid"] for form, _ in fallback.heard]
    assert asked[0] == again[0]
    worker = f"{floor.ws}/Workers/{floor.sids['Worker']}"
    assert floor.http.get(worker).json()["activity_name"] == "Available"


def test_a_receiver_who_is_broken_is_asked_once_a_second_and_not_without_end(
    floor, listener
) -> None:
    listener.failures = 1_000_000
    task = offer(floor, listener.url)
    wait_until(lambda: len(listener.heard) == 3, 10, "the third offer")
    path = f"{floor.ws}/Events?TaskSid={task.rpartition('/')[2]}"
    events = floor.http.get(path).json()["events"]
    [rang, ended] = (
        sorted(one["event_date_ms"] for one in events if one["event_type"] == type)
        for type in ("reservation.created", "reservation.canceled")
    )
    assert all(end - ring >= 1000 for ring, end in zip(rang, ended, strict=False))
    floor.http.delete(task).raise_for_status()
