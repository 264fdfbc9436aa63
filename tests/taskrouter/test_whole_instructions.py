"""Instructions with everything that may be said of their calls, under both parents."""

from typing import Any

import pytest

from tests.taskrouter.floor import Floor, opened

URL = "https://one.example/called"
NUMBER = "+14155550123"
CALL = "CA" + "1" * 32
STATES = ["initiated", "ringing", "answered", "completed"]

LEG = {
    "Instruction": "conference",
    "To": "sip:ines@one.example",
    "From": NUMBER,
    "Timeout": "30",
    "Record": "true",
    "Muted": "false",
    "Beep": "onEnter",
    "StatusCallback": URL,
    "StatusCallbackMethod": "POST",
    "StatusCallbackEvent": STATES,
    "EarlyMedia": "True",
    "SipAuthUsername": "ines",
    "SipAuthPassword": "secret",
    "PostWorkActivitySid": "{Away}",
    "JitterBufferSize": "large",
}
ROOM = {
    "StartConferenceOnEnter": "true",
    "EndConferenceOnExit": "true",
    "EndConferenceOnCustomerExit": "false",
    "BeepOnCustomerEntrance": "true",
    "WaitUrl": URL,
    "WaitMethod": "GET",
    "MaxParticipants": "250",
    "Region": "ie1",
    "ConferenceStatusCallback": URL,
    "ConferenceStatusCallbackMethod": "POST",
    "ConferenceStatusCallbackEvent": ["start", "speaker"],
    "ConferenceRecord": "record-from-start",
    "ConferenceTrim": "do-not-trim",
    "RecordingChannels": "dual",
    "RecordingStatusCallback": URL,
    "RecordingStatusCallbackMethod": "GET",
    "ConferenceRecordingStatusCallback": URL,
    "ConferenceRecordingStatusCallbackMethod": "GET",
}
DEQUEUE = {
    "Instruction": "dequeue",
    "DequeueTo": "client:ines",
    "DequeueFrom": NUMBER,
    "DequeueRecord": "record-from-answer",
    "DequeueTimeout": "10",
    "DequeuePostWorkActivitySid": "{Away}",
    "DequeueStatusCallbackUrl": URL,
    "DequeueStatusCallbackEvent": STATES,
}
CALLING = {
    "Instruction": "call",
    "CallTo": "client:ines",
    "CallFrom": NUMBER,
    "CallUrl": URL,
    "CallAccept": "true",
    "CallRecord": "do-not-record",
    "CallTimeout": "20",
    "CallStatusCallbackUrl": URL,
}
REDIRECT = {
    "Instruction": "redirect",
    "RedirectCallSid": CALL,
    "RedirectUrl": URL,
    "RedirectAccept": "yes",
}


@pytest.fixture
def floor(http) -> Floor:
    """Its task has a call."""
    floor = opened(http)
    task = f"{floor.ws}/Tasks/{floor.sids['Task']}"
    attributes = f'{{"call_sid": "{CALL}"}}'
    http.post(task, data={"Attributes": attributes}).raise_for_status()
    return floor


def instruct(floor: Floor, parent: str, form: dict[str, Any]):
    offers = f"{floor.ws}/{parent}s/{floor.sids[parent]}/Reservations"
    [offer] = floor.http.get(offers, params={"ReservationStatus": "pending"}).json()[
        "reservations"
    ]
    filled = {
        name: floor.filled(value) if isinstance(value, str) else value
        for name, value in form.items()
    }
    return floor.http.post(f"{offers}/{offer['sid']}", data=filled)


@pytest.mark.parametrize("parent", ["Task", "Worker"])
@pytest.mark.parametrize(
    "form",
    [{**LEG, **ROOM}, DEQUEUE, CALLING, REDIRECT],
    ids=["conference", "dequeue", "call", "redirect"],
)
def test_an_instruction_is_taken_with_all_that_may_be_said(floor, parent, form):
    answer = instruct(floor, parent, form)
    assert answer.status_code == 200, answer.text
    assert answer.json()["reservation_status"] == "accepted"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({**DEQUEUE, "DequeueStatusCallbackEvent": ["ringing", "sung"]}, 40134),
        ({**DEQUEUE, "DequeueTimeout": "long"}, 20001),
        ({**CALLING, "CallUrl": "nowhere"}, 40112),
        ({**LEG, "To": "Ines"}, 40137),
        ({**ROOM, "MaxParticipants": "251"}, 20001),
    ],
    ids=["event", "timeout", "address", "contact", "participants"],
)
def test_what_cannot_be_meant_is_refused_by_its_code(floor, form, code):
    answer = instruct(floor, "Task", form)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_supervising_is_asked_for_under_the_task_alone(floor):
    supervision = {
        "Instruction": "supervise",
        "Supervisor": "{Worker}",
        "SupervisorMode": "whisper",
    }
    answer = instruct(floor, "Worker", supervision)
    assert (answer.status_code, answer.json()["code"]) == (400, 55555)
    assert "under the Task" in answer.json()["message"]
