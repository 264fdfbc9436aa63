"""What a form or a query may hold: PascalCase names, each with its type."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import QueryDict

from taskrouter.engine.refusal import Refused

Reader = Callable[[str, str], Any]
TRUE = {"true", "1", "yes"}
MOST_WHOLE = 2**63


def text(name: str, value: str) -> str:
    if "\x00" in value:
        raise Refused(f"{name}: must not hold a null character.")
    return value


def flag(name: str, value: str) -> bool:
    return value.strip().lower() in TRUE


def whole(name: str, value: str) -> int:
    try:
        number = int(value)
    except ValueError:
        number = MOST_WHOLE
    if not -MOST_WHOLE < number < MOST_WHOLE:
        raise Refused(f"{name}: {value!r} is not a whole number.")
    return number


def moment(name: str, value: str) -> int:
    """ISO 8601, or a bare date; ms since 1970 UTC. Without a zone it is UTC."""
    try:
        when = datetime.fromisoformat(value.strip())
    except ValueError:
        raise Refused(
            f"{name}: {value!r} is not a date; write it as 2026-05-14T18:50:02Z."
        ) from None
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)


def snake(name: str) -> str:
    """FriendlyName -> friendly_name."""
    letters = [f"_{one.lower()}" if one.isupper() else one for one in name]
    return "".join(letters).removeprefix("_")


def read(form: QueryDict, table: Mapping[str, Reader]) -> dict[str, Any]:
    """The given parameters by their snake_case names; others are ignored."""
    return {
        snake(name): reader(name, str(form[name]))
        for name, reader in table.items()
        if name in form
    }
