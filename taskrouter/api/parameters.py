"""What a form or a query may hold: PascalCase names, each with its type."""

import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import QueryDict

from taskrouter.engine.refusal import Refused

TRUE = {"true", "1", "yes"}
WHOLE = re.compile(r"\s*[+-]?[0-9]{1,40}\s*\Z")
FIRST_MS, LAST_MS = -62_135_596_800_000, 253_402_300_799_999
"The years 1 to 9999, in UTC."


@dataclass(frozen=True, slots=True)
class Several:
    """A parameter that may come more than once."""

    each: Callable[[str, str], Any]


Reader = Callable[[str, str], Any] | Several


def text(name: str, value: str) -> str:
    if "\x00" in value:
        raise Refused(f"{name}: must not hold a null character.")
    return value


def word(name: str, value: str) -> str:
    """Text in which true and false may be written as in any language."""
    small = text(name, value).lower()
    return small if small in ("true", "false") else value


def flag(name: str, value: str) -> bool:
    return value.strip().lower() in TRUE


def whole(name: str, value: str) -> int:
    if not WHOLE.match(value):
        raise Refused(f"{name}: {value[:40]!r} is not a whole number.")
    return int(value)


def moment(name: str, value: str) -> int:
    """ISO 8601, or a bare date; ms since 1970 UTC. Without a zone it is UTC."""
    try:
        when = datetime.fromisoformat(value.strip())
    except ValueError:
        raise Refused(
            f"{name}: {value[:40]!r} is not a date; write it as 2026-05-14T18:50:02Z."
        ) from None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    ms = int(aware.timestamp() * 1000)
    if not FIRST_MS <= ms <= LAST_MS:
        raise Refused(f"{name}: must lie in the years 1 to 9999.")
    return ms


def snake(name: str) -> str:
    """FriendlyName -> friendly_name; From -> from_, as `from` is Python's."""
    letters = [f"_{one.lower()}" if one.isupper() else one for one in name]
    plain = "".join(letters).removeprefix("_")
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def read(form: QueryDict, table: Mapping[str, Reader]) -> dict[str, Any]:
    """The given parameters by their snake_case names; others are ignored."""
    return {
        snake(name): value_of(form, name, reader)
        for name, reader in table.items()
        if name in form
    }


def value_of(form: QueryDict, name: str, reader: Reader) -> Any:
    if isinstance(reader, Several):
        return tuple(reader.each(name, one) for one in form.getlist(name) if one)
    return reader(name, str(form[name]))


def words(query: QueryDict, name: str, allowed: tuple[str, ...]) -> list[str]:
    """Of a closed set: repeated, with commas between, or both. Raises Refused."""
    found = [
        word.strip()
        for given in query.getlist(name)
        for word in given.split(",")
        if word.strip()
    ]
    for word in found:
        if word not in allowed:
            raise Refused(f"{name}: {word[:40]!r} is not one of {', '.join(allowed)}.")
    return found
