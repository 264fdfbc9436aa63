"""What an assignment callback was answered, as a command to the engine."""

import json
from typing import Any

import msgspec

from taskrouter.api.parameters import flag, whole
from taskrouter.callbacks.post import Answered, NotDelivered
from taskrouter.engine.commands import (
    TASKROUTER,
    Flag,
    Number,
    Texts,
    UpdateReservation,
)

OF_CALL = "to from record timeout status_callback_url"
OF_CONFERENCE = """
to from timeout record muted beep status_callback status_callback_method
status_callback_event early_media sip_auth_username sip_auth_password
post_work_activity_sid jitter_buffer_size
start_conference_on_enter end_conference_on_exit end_conference_on_customer_exit
beep_on_customer_entrance wait_url wait_method max_participants region
conference_status_callback conference_status_callback_method
conference_status_callback_event conference_record conference_trim recording_channels
recording_status_callback recording_status_callback_method
conference_recording_status_callback conference_recording_status_callback_method
"""


def prefixed(prefix: str, members: str) -> dict[str, str]:
    return {name: f"{prefix}_{name}" for name in members.split()}


# instruction -> its members to the fields of the command they mean.
MEMBERS: dict[str, dict[str, str]] = {
    "accept": {},
    "reject": {"activity_sid": "worker_activity_sid"},
    "dequeue": {
        **prefixed("dequeue", f"{OF_CALL} post_work_activity_sid"),
        "status_callback_events": "dequeue_status_callback_event",
    },
    "call": prefixed("call", f"{OF_CALL} url accept"),
    "redirect": prefixed("redirect", "call_sid url accept"),
    "conference": {
        **{name: name for name in OF_CONFERENCE.split()},
        "from": "from_",
    },
}
TYPES = {one.name: one.type for one in msgspec.structs.fields(UpdateReservation)}
Instruction = dict[str, Any]


def read(answered: Answered) -> Instruction:
    """{} where there is none. Raises NotDelivered on what is no instruction."""
    if not answered.content.strip():
        return {}
    if "json" not in answered.content_type.lower():
        raise NotDelivered("40000: the answer is not application/json")
    try:
        instruction = json.loads(answered.content)
    except (ValueError, RecursionError):
        raise NotDelivered("40001: the answer is not valid JSON") from None
    if not isinstance(instruction, dict):
        raise NotDelivered("40005: the answer holds no instruction")
    return instruction


def command(instruction: Instruction, form: dict[str, str]) -> UpdateReservation:
    """`form`: what the callback told. Raises NotDelivered, Refused."""
    name = instruction.get("instruction")
    if not isinstance(name, str):
        raise NotDelivered("40005: the answer holds no instruction")
    if name not in MEMBERS:
        raise NotDelivered(f"55555: there is no instruction {name!r}")
    given = {
        field: value_of(field, member, instruction[member])
        for member, field in MEMBERS[name].items()
        if instruction.get(member) is not None
    }
    return UpdateReservation(
        workspace_sid=form["WorkspaceSid"],
        sid=form["ReservationSid"],
        instruction=name,
        source=TASKROUTER,
        **given,
    )


def value_of(field: str, member: str, value: Any) -> Any:
    """As the field wants it; of several, a list or text with commas between."""
    if TYPES[field] == Texts and isinstance(value, list):
        return tuple(text_of(member, one) for one in value)
    text = text_of(member, value)
    if TYPES[field] == Texts:
        return tuple(word.strip() for word in text.split(",") if word.strip())
    if TYPES[field] == Flag:
        return flag(member, text)
    if TYPES[field] == Number:
        return whole(member, text)
    return text


def text_of(member: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int):
        return str(value).lower()
    raise NotDelivered(f"{member}: must be text")
