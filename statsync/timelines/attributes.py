"""Values inside the JSON text of attributes."""

import json
from functools import lru_cache
from typing import Any

from statsync.records import whole


@lru_cache(maxsize=4096)  # a task's attributes come with each of its events
def direction(attributes: str, name: str) -> str:
    value = attribute(attributes, name)
    text = str(value).lower() if value is not None else ""
    for known in ("outbound", "internal", "test"):
        if text.startswith(known):
            return known
    return "inbound"


def values_of(attributes: str) -> dict[str, Any]:
    """The JSON object; empty where there is none, or one too deep to be read."""
    try:
        value = json.loads(attributes) if attributes else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def attribute(attributes: str, path: str) -> Any:
    """The value at a dotted path of JSON text; None where there is none."""
    return value_at(values_of(attributes), path)


def value_at(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def number(text: str | None) -> int:
    return whole(text or "") or 0
