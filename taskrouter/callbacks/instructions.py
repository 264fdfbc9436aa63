"""What an assignment callback was answered, as a command to the engine."""

import json
from typing import Any

from taskrouter.callbacks.post import Answered, NotDelivered
from taskrouter.engine.commands import TASKROUTER, UpdateReservation

# instruction -> its members to the fields of the command they mean.
MEMBERS: dict[str, dict[str, str]] = {
    "accept": {},
    "reject": {"activity_sid": "worker_activity_sid"},
    "dequeue": {
        "to": "dequeue_to",
        "post_work_activity_sid": "dequeue_post_work_activity_sid",
    },
    "call": {
        "to": "call_to",
        "from": "call_from",
        "url": "call_url",
        "accept": "call_accept",
    },
    "redirect": {
        "call_sid": "redirect_call_sid",
        "url": "redirect_url",
        "accept": "redirect_accept",
    },
    "conference": {"to": "to", "post_work_activity_sid": "post_work_activity_sid"},
}
FLAGS = {"call_accept", "redirect_accept"}
Instruction = dict[str, Any]


def read(answered: Answered) -> Instruction:
    """{} where there is none. Raises NotDelivered on what is no instruction."""
    if not answered.content.strip():
        return {}
    if "json" not in answered.content_type:
        raise NotDelivered("40000: the answer is not application/json")
    try:
        instruction = json.loads(answered.content)
    except (ValueError, RecursionError):
        raise NotDelivered("40001: the answer is not valid JSON") from None
    if not isinstance(instruction, dict):
        raise NotDelivered("40005: the answer holds no instruction")
    return instruction


def command(instruction: Instruction, form: dict[str, str]) -> UpdateReservation:
    """`form`: what the callback told. Raises NotDelivered."""
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
    if field in FLAGS:
        return value is True or str(value).lower() == "true"
    if not isinstance(value, str):
        raise NotDelivered(f"{member}: must be text")
    return value
