"""Long lists, made so that what is in them is looked up instead of looked for.

Attributes of 4,096 characters hold 2,000 items, an expression 1,000 questions about them.
"""

import json
from typing import Any

LONG = 16


class Items(list[Any]):
    """A list that is read and no longer changed."""

    __slots__ = ("_known",)

    def __init__(self, items: list[Any]) -> None:
        super().__init__(items)
        self._known = frozenset(kind(one) for one in items if is_scalar(one))

    def hold(self, scalar: Any) -> bool:
        return kind(scalar) in self._known


def is_scalar(value: Any) -> bool:
    return not isinstance(value, list | dict)


def kind(scalar: Any) -> tuple[bool, Any]:
    """1 is not true, though they are equal to Python."""
    return isinstance(scalar, bool), scalar


def attribute_values(text: str) -> dict[str, Any]:
    """What an expression sees of attributes, an object in JSON."""
    values: dict[str, Any] = json.loads(text)
    return with_items(values) if text.count(",") >= LONG else values


def with_items(value: Any) -> Any:
    """The same, each long list in it as Items."""
    if isinstance(value, dict):
        return {name: with_items(one) for name, one in value.items()}
    if isinstance(value, list):
        inner = [with_items(one) for one in value]
        return Items(inner) if len(inner) > LONG else inner
    return value
