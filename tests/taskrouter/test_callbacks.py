"""Event callbacks: signed as Twilio signs, tried again, and only where allowed."""

import json
import time

import pytest
from twilio.request_validator import RequestValidator

from tests.machine import wait_until
from tests.taskrouter.listener import Listener


def types(listener: Listener) -> list[str]:
    return [form["EventType"] for form, _ in listener.heard]


def test_an_event_is_told_with_a_signature_that_twilios_validator_accepts(
    taskrouter, http, ws, listener
) -> None:
    http.post(ws, data={"EventCallbackUrl": listener.url}).raise_for_status()
    http.post(f"{ws}/Workers", data={"FriendlyName": "Ann"}).raise_for_status()
    wait_until(lambda: "worker.created" in types(listener), 5, "worker.created is told")
    validator = RequestValidator(taskrouter.credentials[1])
    assert all(
        validator.validate(listener.url, form, signature)
        for form, signature in listener.heard
    )
    [form] = [f for f, _ in listener.heard if f["EventType"] == "worker.created"]
    [logged] = http.get(f"{ws}/Events", params={"EventType": "worker.created"}).json()[
        "events"
    ]
    assert (form["Sid"], form["WorkerName"]) == (logged["sid"], "Ann")
    assert int(form["TimestampMs"]) == logged["event_date_ms"]


def test_only_the_wanted_types_are_told(http, ws, listener) -> None:
    wanted = {"EventCallbackUrl": listener.url, "EventsFilter": "worker.created"}
    http.post(ws, data=wanted).raise_for_status()
    http.post(f"{ws}/Activities", data={"FriendlyName": "Meeting"}).raise_for_status()
    http.post(f"{ws}/Workers", data={"FriendlyName": "Ann"}).raise_for_status()
    wait_until(lambda: types(listener), 5, "a callback")
    assert set(types(listener)) == {"worker.created"}


def test_a_callback_that_fails_is_told_again(http, ws, listener) -> None:
    listener.failures = 1
    wanted = {"EventCallbackUrl": listener.url, "EventsFilter": "worker.created"}
    http.post(ws, data=wanted).raise_for_status()
    http.post(f"{ws}/Workers", data={"FriendlyName": "Ann"}).raise_for_status()
    wait_until(lambda: len(listener.heard) == 2, 8, "a second try")
    assert listener.heard[0][0]["Sid"] == listener.heard[1][0]["Sid"]
    assert listener.tokens[0]
    assert listener.tokens[0] == listener.tokens[1]


def test_an_address_that_wants_no_second_try_gets_none(http, ws, listener) -> None:
    listener.failures = 1
    wanted = {
        "EventCallbackUrl": f"{listener.url}#rc=0",
        "EventsFilter": "worker.created",
    }
    http.post(ws, data=wanted).raise_for_status()
    http.post(f"{ws}/Workers", data={"FriendlyName": "Ann"}).raise_for_status()
    wait_until(lambda: listener.heard, 8, "the first try")
    http.post(f"{ws}/Workers", data={"FriendlyName": "Ben"}).raise_for_status()
    wait_until(lambda: len(listener.heard) == 2, 8, "the next event")
    time.sleep(1.5)  # longer than the first pause between tries
    assert [form["WorkerName"] for form, _ in listener.heard] == ["Ann", "Ben"]


def test_a_deleted_workspace_is_told_of_at_the_address_it_had(http, listener) -> None:
    made = http.post(
        "/Workspaces",
        data={"FriendlyName": "Short-lived", "EventCallbackUrl": listener.url},
    ).json()
    http.delete(f"/Workspaces/{made['sid']}").raise_for_status()
    wait_until(lambda: "workspace.deleted" in types(listener), 5, "its end is told")


def test_an_instruction_that_makes_no_sense_costs_nobody_else_a_callback(
    http, ws, listener
) -> None:
    listener.instruction = '{"instruction": "reject", "activity_sid": [1]}'
    one_at_work(http, ws, AssignmentCallbackUrl=listener.url)
    for _ in range(70):  # more than there are senders
        http.post(f"{ws}/Tasks").raise_for_status()
    wait_until(lambda: len(listener.heard) >= 70, 20, "every offer is asked about")
    listener.instruction = '{"instruction": "accept"}'
    task = http.post(f"{ws}/Tasks").json()
    wait_until(lambda: status(http, task) == "assigned", 10, "the answer is obeyed")


def one_at_work(http, ws, **workflow: str) -> None:
    """A worker with room for everything, and this of the template's workflow."""
    available = http.get(f"{ws}/Activities?FriendlyName=Available").json()
    worker = http.post(
        f"{ws}/Workers",
        data={
            "FriendlyName": "Ann",
            "ActivitySid": available["activities"][0]["sid"],
            "Attributes": '{"contact_uri": "client:ann"}',
        },
    ).json()
    http.post(
        f"{ws}/Workers/{worker['sid']}/Channels/default", data={"Capacity": "1000"}
    ).raise_for_status()
    [flow] = http.get(f"{ws}/Workflows").json()["workflows"]
    http.post(f"{ws}/Workflows/{flow['sid']}", data=workflow).raise_for_status()


def status(http, task: dict) -> str:
    return str(http.get(task["url"]).json()["assignment_status"])


@pytest.mark.parametrize(
    ("instruction", "attributes", "becomes"),
    [
        ({"instruction": "accept"}, {}, "assigned"),
        (
            {"instruction": "dequeue", "from": "+15550001"},
            {"call_sid": "CA1"},
            "assigned",
        ),
        ({"instruction": "conference", "from": "+15550001"}, {}, "assigned"),
        (
            {
                "instruction": "call",
                "from": "+15550001",
                "url": "http://x.test/",
                "accept": True,
            },
            {},
            "assigned",
        ),
        (
            {
                "instruction": "redirect",
                "call_sid": "CA" + "1" * 32,
                "url": "http://x.test/",
                "accept": "true",
            },
            {},
            "assigned",
        ),
    ],
    ids=lambda value: value.get("instruction", "") if isinstance(value, dict) else "",
)
def test_every_instruction_is_obeyed(
    http, ws, listener, instruction, attributes, becomes
) -> None:
    listener.instruction = json.dumps(instruction)
    one_at_work(http, ws, AssignmentCallbackUrl=listener.url)
    data = {"Attributes": json.dumps(attributes)}
    task = http.post(f"{ws}/Tasks", data=data).raise_for_status().json()
    wait_until(lambda: status(http, task) == becomes, 5, becomes)


@pytest.mark.parametrize(
    "answer",
    [
        '{"instruction": "dance"}',
        '{"no": "instruction"}',
        "[1]",
        "{",
        "x" * 70_000,
        '{"instruction": "dequeue", "post_work_activity_sid": "WA1"}',
        '{"instruction": "conference", "max_participants": 1}',
    ],
    ids=["unknown", "none", "list", "cut", "too large", "without a call", "alone"],
)
def test_an_answer_that_is_no_instruction_cancels_the_reservation(
    http, ws, listener, answer
) -> None:
    one_at_work(http, ws, AssignmentCallbackUrl=listener.url)
    listener.instruction = answer
    task = http.post(f"{ws}/Tasks").json()
    listed = f"{ws}/Tasks/{task['sid']}/Reservations"

    def canceled() -> bool:
        found = http.get(listed).json()["reservations"]
        return any(one["reservation_status"] == "canceled" for one in found)

    wait_until(canceled, 5, "the reservation is canceled")
    http.post(f"{ws}/Tasks/{task['sid']}", data={"AssignmentStatus": "canceled"})


def test_a_slow_receiver_of_events_keeps_no_worker_waiting(http, ws, listener) -> None:
    slow = Listener()
    slow.pause = 20.0
    try:
        listener.instruction = '{"instruction": "accept"}'
        http.post(ws, data={"EventCallbackUrl": slow.url}).raise_for_status()
        one_at_work(http, ws, AssignmentCallbackUrl=listener.url)
        for n in range(100):
            http.post(f"{ws}/Activities", data={"FriendlyName": f"A{n}"})
        task = http.post(f"{ws}/Tasks").json()
        wait_until(lambda: status(http, task) == "assigned", 15, "assigned meanwhile")
    finally:
        http.post(ws, data={"EventCallbackUrl": ""})
        slow.shutdown()
        slow.server_close()


def test_a_slow_receiver_keeps_no_other_receiver_waiting(http, ws, listener) -> None:
    slow = Listener()
    slow.pause = 20.0
    made = http.post("/Workspaces", data={"FriendlyName": "Elsewhere"}).json()
    other = f"/Workspaces/{made['sid']}"
    # Another host, though at the same address.
    elsewhere = listener.url.replace("127.0.0.1", "127.1")
    try:
        http.post(ws, data={"EventCallbackUrl": slow.url}).raise_for_status()
        for n in range(90):
            http.post(f"{ws}/Activities", data={"FriendlyName": f"A{n}"})
        http.post(other, data={"EventCallbackUrl": elsewhere}).raise_for_status()
        wait_until(lambda: listener.heard, 15, "told meanwhile")
    finally:
        http.post(ws, data={"EventCallbackUrl": ""})
        http.delete(other)
        slow.shutdown()
        slow.server_close()


def test_nobody_is_asked_about_what_ended_while_its_turn_came(
    http, ws, listener
) -> None:
    listener.pause = 1.5
    one_at_work(http, ws, AssignmentCallbackUrl=listener.url)
    tasks = [http.post(f"{ws}/Tasks").json()["sid"] for _ in range(12)]
    wait_until(lambda: len(listener.heard) == 8, 5, "as many as may be at once")
    asked = {form["TaskSid"] for form, _ in listener.heard}
    for task in set(tasks) - asked:
        canceled = {"AssignmentStatus": "canceled"}
        http.post(f"{ws}/Tasks/{task}", data=canceled).raise_for_status()
    listener.pause = 0.0
    last = http.post(f"{ws}/Tasks").json()["sid"]
    wait_until(lambda: listener.heard[-1][0]["TaskSid"] == last, 5, "the next is asked")
    assert {form["TaskSid"] for form, _ in listener.heard} == {*asked, last}
