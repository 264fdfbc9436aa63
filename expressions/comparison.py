"""How two values compare. A mismatch of types is false, never an error."""

from collections.abc import Callable
from typing import Any

from expressions.items import Items, is_scalar

Compare = Callable[[Any, Any], bool]


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def equal(left: Any, right: Any) -> bool:
    if type(left) is str and type(right) is str:  # by far the most of them
        return left == right
    if not is_scalar(left) or not is_scalar(right):
        return False
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def different(left: Any, right: Any) -> bool:
    return is_scalar(left) and is_scalar(right) and not equal(left, right)


def ordered(compare: Compare) -> Compare:
    """Numbers with numbers, text with text in code point order; else false."""

    def test(left: Any, right: Any) -> bool:
        both_text = isinstance(left, str) and isinstance(right, str)
        if both_text or (is_number(left) and is_number(right)):
            return compare(left, right)
        return False

    return test


def has(left: Any, right: Any) -> bool:
    if not isinstance(left, list):
        return False
    if type(left) is Items:
        return is_scalar(right) and left.hold(right)
    if type(right) is str:
        return right in left
    return any(equal(item, right) for item in left)


def within(left: Any, right: Any) -> bool:
    return has(right, left)


def not_within(left: Any, right: Any) -> bool:
    """Also where there is no list: what is missing holds nothing."""
    return is_scalar(left) and not has(right, left)


def contains(left: Any, right: Any) -> bool:
    return isinstance(left, str) and isinstance(right, str) and right in left


COMPARISONS: dict[str, Compare] = {
    "==": equal,
    "=": equal,
    "!=": different,
    "<": ordered(lambda left, right: bool(left < right)),
    "<=": ordered(lambda left, right: bool(left <= right)),
    ">": ordered(lambda left, right: bool(left > right)),
    ">=": ordered(lambda left, right: bool(left >= right)),
    "HAS": has,
    ">-": has,
    "IN": within,
    "<-": within,
    "NOT IN": not_within,
    "CONTAINS": contains,
}
