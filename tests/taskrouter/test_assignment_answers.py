"""What an assignment callback was answered, read as an update of its reservation."""

import json
from typing import Any

import pytest

from taskrouter.api.reservations import UPDATE
from taskrouter.callbacks.instructions import MEMBERS, command, read
from taskrouter.callbacks.post import Answered, NotDelivered
from taskrouter.engine.commands import UNSET, UpdateReservation
from taskrouter.engine.refusal import Refused

FORM = {"WorkspaceSid": "WS1", "ReservationSid": "WR1"}
URL = "https://one.example/called"


def asked(name: str, **members: Any) -> dict[str, Any]:
    """What the update is given beside the instruction."""
    made = command({"instruction": name, **members}, FORM)
    assert (made.sid, made.instruction) == ("WR1", name)
    own = {"sid", "workspace_sid", "source", "instruction", "if_match"}
    return {
        field: value
        for field in UpdateReservation.__struct_fields__
        if field not in own and (value := getattr(made, field)) is not UNSET
    }


def test_a_dequeue_says_all_that_it_may() -> None:
    assert asked(
        "dequeue",
        **{"to": "client:ann", "from": "+14155550123", "timeout": 20},
        record="record-from-answer",
        post_work_activity_sid="WA1",
        status_callback_url=URL,
        status_callback_events="initiated, answered",
    ) == {
        "dequeue_to": "client:ann",
        "dequeue_from": "+14155550123",
        "dequeue_timeout": 20,
        "dequeue_record": "record-from-answer",
        "dequeue_post_work_activity_sid": "WA1",
        "dequeue_status_callback_url": URL,
        "dequeue_status_callback_event": ("initiated", "answered"),
    }


def test_a_call_says_all_that_it_may() -> None:
    assert asked(
        "call",
        **{"to": "client:ann", "from": "bob", "timeout": "20", "accept": "true"},
        record="do-not-record",
        url=URL,
        status_callback_url=URL,
    ) == {
        "call_to": "client:ann",
        "call_from": "bob",
        "call_timeout": 20,
        "call_accept": True,
        "call_record": "do-not-record",
        "call_url": URL,
        "call_status_callback_url": URL,
    }


def test_a_redirect_says_all_that_it_may() -> None:
    assert asked("redirect", call_sid="CA1", url=URL, accept=False) == {
        "redirect_call_sid": "CA1",
        "redirect_url": URL,
        "redirect_accept": False,
    }


def test_a_conference_says_what_an_update_may_say_of_one() -> None:
    made = asked(
        "conference",
        **{"from": "bob", "beep": True, "record": True, "max_participants": 3},
        conference_record="record-from-start",
        status_callback_event=["initiated", "ringing"],
        end_conference_on_exit="true",
        timeout=None,
    )
    assert made == {
        "from_": "bob",
        "beep": "true",
        "record": True,
        "max_participants": 3,
        "conference_record": "record-from-start",
        "status_callback_event": ("initiated", "ringing"),
        "end_conference_on_exit": True,
    }


def test_what_may_be_said_in_an_update_may_be_said_in_an_answer() -> None:
    fields = {field for members in MEMBERS.values() for field in members.values()}
    named = {name.replace("_", "") for name in fields}
    plain = {"Instruction", "ReservationStatus"}
    assert named == {name.lower() for name in UPDATE.keys() - plain}


def test_what_belongs_to_no_instruction_of_its_kind_is_not_heard() -> None:
    assert asked("accept", activity_sid="WA1", to="client:ann") == {}


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("reject", {"activity_sid": ["WA1"]}),
        ("dequeue", {"timeout": "soon"}),
        ("dequeue", {"timeout": 1.5}),
        ("dequeue", {"status_callback_events": [["answered"]]}),
        ("conference", {"max_participants": {}}),
    ],
)
def test_a_member_of_another_kind_is_no_answer(name, members) -> None:
    with pytest.raises((NotDelivered, Refused)):
        asked(name, **members)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/json", b'{"instruction": "accept"}'),
        ("Application/JSON; charset=utf-8", b'{"instruction": "accept"}'),
    ],
)
def test_an_instruction_comes_as_json(kind, content) -> None:
    assert read(Answered(200, kind, content)) == json.loads(content)


def test_an_instruction_that_comes_as_something_else_is_none() -> None:
    with pytest.raises(NotDelivered, match="40000"):
        read(Answered(200, "text/html", b'{"instruction": "accept"}'))


@pytest.mark.parametrize("content", [b"", b" \n", b"{}"])
def test_nothing_is_no_instruction(content) -> None:
    assert read(Answered(200, "application/json", content)) == {}
