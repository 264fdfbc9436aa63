"""What instructions make of a reservation, where no call is carried."""

import pytest

from taskrouter.engine import commands
from taskrouter.engine.refusal import Refused
from tests.builders import Centre


class Ring:
    """A task that rings at Ann."""

    def __init__(self, **contact: str) -> None:
        self.centre = Centre()
        self.workflow = self.centre.workflow(default=self.centre.queue())
        self.ann = self.centre.worker("Ann", **contact)
        self.task = self.centre.task(self.workflow, attributes={"call_sid": "CA1"})

    def instruct(self, instruction: str, **fields: object) -> str:
        done = self.centre.do(
            commands.UpdateReservation(
                workspace_sid=self.centre.ws,
                sid=self.centre.offers(self.task)[-1].sid,
                instruction=instruction,
                **fields,  # type: ignore[arg-type]
            )
        )
        return str(done.reservation_status)

    def refusal(self, instruction: str, **fields: object) -> int:
        with pytest.raises(Refused) as caught:
            self.instruct(instruction, **fields)
        assert caught.value.status == 400
        return caught.value.code


@pytest.fixture
def ring() -> Ring:
    return Ring(contact_uri="client:ann")


CALL_SID = "CA" + "1" * 32
CALL = {"call_from": "+1", "call_url": "https://one"}
REDIRECT = {"redirect_url": "https://one", "redirect_call_sid": CALL_SID}


@pytest.mark.parametrize(
    ("instruction", "fields", "status"),
    [
        ("accept", {}, "accepted"),
        ("call", CALL, "pending"),
        ("call", {**CALL, "call_accept": True}, "accepted"),
        ("redirect", REDIRECT, "pending"),
        ("redirect", {**REDIRECT, "redirect_accept": True}, "accepted"),
        ("dequeue", {}, "accepted"),
        ("conference", {}, "accepted"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value) or "bare",
)
def test_an_instruction_accepts_where_its_call_would(ring, instruction, fields, status):
    assert ring.instruct(instruction, **fields) == status


@pytest.mark.parametrize(
    ("instruction", "fields", "code"),
    [
        ("sing", {}, 55555),
        ("call", {"call_url": "https://one"}, 40111),
        ("call", {"call_from": "+1"}, 40112),
        ("redirect", {"redirect_call_sid": CALL_SID}, 40120),
        ("redirect", {"redirect_url": "https://one"}, 40121),
        ("dequeue", {"dequeue_post_work_activity_sid": "WA1"}, 40130),
        ("conference", {"post_work_activity_sid": "WA1"}, 40139),
        ("supervise", {}, 40146),
    ],
    ids=lambda value: str(value) if not isinstance(value, dict) else "-".join(value),
)
def test_a_wrong_instruction_is_refused_by_its_code(ring, instruction, fields, code):
    assert ring.refusal(instruction, **fields) == code


@pytest.mark.parametrize(
    ("instruction", "fields", "code"),
    [("call", CALL, 40110), ("dequeue", {}, 40131), ("conference", {}, 40137)],
    ids=["call", "dequeue", "conference"],
)
def test_who_cannot_be_reached_is_not_connected(instruction, fields, code):
    assert Ring().refusal(instruction, **fields) == code


@pytest.mark.parametrize("uri", ["sip:ann@one", "sips:ann@one"])
def test_a_sip_phone_is_dequeued_to_for_ten_minutes_at_most(uri):
    ring = Ring(contact_uri=uri)
    assert ring.refusal("dequeue", dequeue_timeout=601) == 20001
    elsewhere = {"dequeue_to": "client:ann", "dequeue_timeout": 999}
    assert ring.instruct("dequeue", **elsewhere) == "accepted"
    ring = Ring()
    assert ring.refusal("dequeue", dequeue_timeout=601, dequeue_to=uri) == 20001
    fields = {"dequeue_timeout": 600, "dequeue_to": uri}
    assert ring.instruct("dequeue", **fields) == "accepted"


def test_a_task_without_a_call_is_not_dequeued(ring):
    ring.centre.end(ring.task, "canceled")
    ring.task = ring.centre.task(ring.workflow)
    assert ring.refusal("dequeue") == 40140


@pytest.mark.parametrize(
    ("instruction", "fields", "code"),
    [
        ("call", CALL, 40114),
        ("redirect", REDIRECT, 40123),
        ("dequeue", {}, 40135),
        ("conference", {}, 40136),
    ],
    ids=["call", "redirect", "dequeue", "conference"],
)
def test_only_a_pending_reservation_is_instructed(ring, instruction, fields, code):
    ring.instruct("accept")
    assert ring.refusal(instruction, **fields) == code


@pytest.mark.parametrize(
    ("instruction", "fields", "status"),
    [
        ("accept", {}, "rejected"),
        ("reject", {}, "accepted"),
        ("call", CALL, "accepted"),
        ("conference", {}, "asleep"),
    ],
    ids=["accept", "reject", "call", "conference"],
)
def test_a_status_beside_an_instruction_may_not_contradict_it(
    ring, instruction, fields, status
):
    assert ring.refusal(instruction, **fields, reservation_status=status) == 20001
    (offer,) = ring.centre.offers(ring.task)
    assert offer.reservation_status == "pending"


def test_a_status_beside_an_instruction_may_say_the_same(ring):
    assert ring.instruct("conference", reservation_status="accepted") == "accepted"


def test_rejecting_may_name_the_next_activity(ring):
    offline = ring.centre.activity("Offline")
    assert ring.instruct("reject", worker_activity_sid=offline) == "rejected"
    assert ring.centre.now_of(ring.ann).activity_sid == offline


def test_the_post_work_activity_comes_with_completion(ring):
    break_ = ring.centre.activity("Unavailable")
    ring.instruct("conference", post_work_activity_sid=break_)
    ring.centre.answer(ring.task, "wrapping")
    assert ring.centre.now_of(ring.ann).activity_sid != break_
    ring.centre.answer(ring.task, "completed")
    assert ring.centre.now_of(ring.ann).activity_sid == break_


def test_the_post_work_activity_is_not_deleted_meanwhile(ring):
    break_ = ring.centre.activity("Unavailable")
    ring.instruct("conference", post_work_activity_sid=break_)
    delete = commands.DeleteActivity(workspace_sid=ring.centre.ws, sid=break_)
    with pytest.raises(Refused, match="where a worker goes"):
        ring.centre.do(delete)
    ring.centre.answer(ring.task, "completed")
    ring.centre.set_activity(ring.ann, "Offline")
    ring.centre.do(delete)


def test_the_post_work_activity_comes_too_when_the_task_is_completed(ring):
    break_ = ring.centre.activity("Unavailable")
    ring.instruct("dequeue", dequeue_post_work_activity_sid=break_)
    ring.centre.end(ring.task, "completed")
    assert ring.centre.now_of(ring.ann).activity_sid == break_


def test_a_supervisor_changes_nothing_and_must_be_reachable(ring):
    ring.instruct("accept")
    eve = ring.centre.worker("Eve", contact_uri="client:eve")
    assert ring.instruct("supervise", supervisor=eve.sid) == "accepted"
    mute = ring.centre.worker("Mute")
    assert ring.refusal("supervise", supervisor=mute.sid) == 40147


@pytest.mark.parametrize(
    "uri", ["client:eve", "+14155550123", "sip:eve@floor.example.com"]
)
def test_a_supervisor_may_be_called_by_his_address(ring, uri):
    ring.instruct("accept")
    assert ring.instruct("supervise", supervisor=uri) == "accepted"
    assert ring.refusal("supervise", supervisor="eve") == 20001
    assert ring.refusal("supervise") == 20001


def test_an_update_that_asks_for_nothing_changes_nothing(ring):
    before = ring.centre.offers(ring.task)
    assert ring.instruct("") == "pending"
    assert ring.centre.offers(ring.task) == before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"call_to": "Ann"}, 40110),
        ({"call_from": "Ann Lee"}, 40111),
        ({"call_url": "ftp://x"}, 40112),
        ({"call_status_callback_url": "http://[::1"}, 40158),
        ({"call_record": "loudly"}, 20001),
        ({"call_timeout": 0}, 20001),
        ({"call_timeout": 1000}, 20001),
        ({"redirect_url": "x"}, 40120),
        ({"redirect_call_sid": "CA1"}, 40121),
        ({"dequeue_to": "client:"}, 40131),
        ({"dequeue_from": "+"}, 40132),
        ({"dequeue_timeout": 1000}, 20001),
        ({"dequeue_status_callback_event": ("sung",)}, 40134),
        ({"dequeue_status_callback_url": "http://h:99999/"}, 40157),
        ({"to": "nobody"}, 40137),
        ({"from_": "no body"}, 40138),
        ({"instruction": "supervise", "from_": "no body"}, 40148),
        ({"status_callback": "x"}, 40159),
        ({"status_callback_event": ("answered", "start")}, 20001),
        ({"conference_status_callback_event": ("ringing",)}, 20001),
        ({"max_participants": 1}, 20001),
        ({"max_participants": 251}, 20001),
        ({"region": "mars1"}, 20001),
        ({"beep": "loud"}, 20001),
        ({"jitter_buffer_size": "huge"}, 20001),
        ({"wait_method": "PUT"}, 20001),
        ({"conference_record": "yes"}, 20001),
        ({"conference_trim": "trim"}, 20001),
        ({"recording_channels": "quad"}, 20001),
        ({"supervisor_mode": "shout"}, 20001),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else str(value),
)
def test_what_is_said_of_a_call_is_judged_by_its_code(ring, fields, code):
    assert ring.refusal(**{"instruction": "", **fields}) == code


def test_rejecting_into_nowhere_is_refused(ring):
    assert ring.refusal("reject", worker_activity_sid="WA1") == 40100


@pytest.mark.parametrize("name", ["bob", "+14155550123", "client:bob", "sip:bob@x"])
def test_whoever_calls_a_client_may_bear_any_name(ring, name):
    assert ring.instruct("conference", from_=name) == "accepted"
