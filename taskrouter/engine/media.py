"""What an update of a reservation says of its call: judged as TaskRouter does, not heard.

Empty text is as good as none.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from taskrouter.engine.checks import given
from taskrouter.engine.commands import UNSET, UpdateReservation
from taskrouter.engine.refusal import Refused

CONTACT = re.compile(r"(\+?[0-9]{1,15}|client:\S+|sips?:\S+)\Z")
# Whom a client or a SIP phone is called by may bear any name.
CALLER = re.compile(r"(\+[0-9]{1,15}|[A-Za-z0-9_][^\s+]*)\Z")
CALL_SID = re.compile(r"CA[0-9a-fA-F]{32}\Z")
LONGEST_RING, LONGEST_CALL, LONGEST_SIP = 86_400, 999, 600
CALL_STATES = ("initiated", "ringing", "answered", "completed")
ROOM_STATES = ("start", "end", "join", "leave", "mute", "hold", "speaker")
RECORDS = ("true", "false", "record-from-start", "do-not-record")
CALL_RECORDS = (
    *("record-from-answer", "record-from-answer-dual", "do-not-record"),
    *("record-from-ringing", "record-from-ringing-dual"),
)
METHODS = ("GET", "POST")
REGIONS = ("us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1")
GENERAL = 20001


@dataclass(frozen=True, slots=True)
class Rule:
    """`wrong` is true of what is refused; `must` ends the sentence that says so."""

    wrong: Callable[[Any], bool]
    must: str
    code: int = GENERAL


def one_of(*words: str, code: int = GENERAL) -> Rule:
    return Rule(lambda value: value not in words, f"be one of {', '.join(words)}", code)


def some_of(*words: str, code: int = GENERAL) -> Rule:
    return Rule(
        lambda value: not set(value) <= set(words), f"be of {', '.join(words)}", code
    )


def between(least: int, most: int) -> Rule:
    return Rule(
        lambda value: not least <= value <= most, f"lie between {least} and {most}"
    )


def contact(code: int) -> Rule:
    return Rule(
        lambda value: not CONTACT.match(value),
        "be a phone number as +14155550123, client:name or sip:name@host",
        code,
    )


def caller(code: int) -> Rule:
    return Rule(
        lambda value: not CALLER.match(value),
        "be a phone number as +14155550123, or a name without spaces",
        code,
    )


def address(code: int = GENERAL) -> Rule:
    return Rule(
        lambda value: not is_address(value), "be an http or https address", code
    )


def is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


RULES: dict[str, Rule] = {
    "call_to": contact(40110),
    "call_from": caller(40111),
    "call_url": address(40112),
    "call_record": one_of(*CALL_RECORDS),
    "call_timeout": between(1, LONGEST_CALL),
    "call_status_callback_url": address(40158),
    "dequeue_to": contact(40131),
    "dequeue_from": caller(40132),
    "dequeue_record": one_of(*CALL_RECORDS),
    "dequeue_timeout": between(1, LONGEST_CALL),
    "dequeue_status_callback_url": address(40157),
    "dequeue_status_callback_event": some_of(*CALL_STATES, code=40134),
    "redirect_call_sid": Rule(
        lambda value: not CALL_SID.match(value), "be the sid of a call", 40121
    ),
    "redirect_url": address(40120),
    "to": contact(40137),
    "from_": caller(40138),
    "timeout": between(1, LONGEST_RING),
    "beep": one_of("true", "false", "onEnter", "onExit"),
    "status_callback": address(40159),
    "status_callback_method": one_of(*METHODS),
    "status_callback_event": some_of(*CALL_STATES),
    "jitter_buffer_size": one_of("small", "medium", "large", "off"),
    "wait_url": address(),
    "wait_method": one_of(*METHODS),
    "max_participants": between(2, 250),
    "region": one_of(*REGIONS),
    "conference_status_callback": address(40159),
    "conference_status_callback_method": one_of(*METHODS),
    "conference_status_callback_event": some_of(*ROOM_STATES),
    "conference_record": one_of(*RECORDS),
    "conference_trim": one_of("trim-silence", "do-not-trim"),
    "recording_channels": one_of("mono", "dual"),
    "recording_status_callback": address(),
    "recording_status_callback_method": one_of(*METHODS),
    "conference_recording_status_callback": address(),
    "conference_recording_status_callback_method": one_of(*METHODS),
    "supervisor_mode": one_of("monitor", "whisper", "barge"),
}
SUPERVISES_FROM = 40148


def judge(command: UpdateReservation) -> None:
    """Every value that is given, whether its instruction is or not. Raises Refused."""
    for name, rule in RULES.items():
        value = getattr(command, name)
        if value is UNSET or value in ("", ()) or not rule.wrong(value):
            continue
        raise Refused(f"{pascal(name)}: must {rule.must}.", 400, code_of(command, name))


def code_of(command: UpdateReservation, name: str) -> int:
    """`From` is the conference's, unless a supervisor is called."""
    if name == "from_" and given(command.instruction, "") == "supervise":
        return SUPERVISES_FROM
    return RULES[name].code


def pascal(name: str) -> str:
    """call_to -> CallTo"""
    return "".join(word.capitalize() for word in name.split("_"))
