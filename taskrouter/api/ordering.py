"""`Ordering=Priority:desc,DateCreated:asc` of the lists that take one."""

from collections.abc import Callable, Mapping
from typing import Any

from taskrouter.api.call import Call
from taskrouter.engine.refusal import Refused

Key = tuple[Any, ...]
Sorter = Callable[[Any], Key]
TIMES = ("date_", "virtual_start_time")
DIRECTIONS = {"": 1, "asc": 1, "desc": -1}


def ordered(
    call: Call, fields: Mapping[str, str], ties: tuple[str, ...] = ("date_created",)
) -> Sorter:
    """`fields` holds the names a client may give, in small letters, and whose numbers
    they are; `ties` and the sid settle what they leave open, newest first where the
    client wants the newest first: a clock that tests move stands still. Raises Refused.
    """
    clauses = [
        clause(text, fields)
        for text in call.request.GET.get("Ordering", "").split(",")
        if text.strip()
    ]
    if len({field for field, _ in clauses}) < len(clauses):
        raise Refused("Ordering: each attribute may be given once.")
    way = next((sign for field, sign in clauses if field.startswith(TIMES)), 1)
    return lambda one: (
        *(sign * getattr(one, field) for field, sign in clauses),
        *(way * getattr(one, field) for field in ties),
        one.sid,
    )


def clause(text: str, fields: Mapping[str, str]) -> tuple[str, int]:
    name, _, direction = text.strip().lower().partition(":")
    if name not in fields or direction not in DIRECTIONS:
        raise Refused(
            f"Ordering: {text[:40]!r} is not one of {', '.join(fields)} with :asc or"
            " :desc."
        )
    return fields[name], DIRECTIONS[direction]
