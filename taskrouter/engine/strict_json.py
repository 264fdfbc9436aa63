"""JSON that means the same to everybody who reads it.

Python's reader takes more: NaN, numbers beyond all bounds, names given twice, halves of
characters. What is kept here must be read by others.
"""

import json
import math
from typing import Any

from taskrouter.engine.places import TOKEN, placed
from taskrouter.engine.refusal import Refused

DEEPEST = 32
MARK = "\ufeff"
"Some editors write it before a text; in JSON it means nothing."


class Unsound(ValueError):
    """Others would read it otherwise: a value, as it is written, or a name."""

    def __init__(self, words: str, value: str = "", name: str | None = None) -> None:
        super().__init__(words)
        self.value = value
        self.name = name


def read_object(field: str, text: str) -> dict[str, Any]:
    """Raises Refused with the line and column of a mistake."""
    value = read(field, text)
    if not isinstance(value, dict):
        raise Refused(f'{field}: a JSON object is required, as {{"skills": ["en"]}}.')
    return value


def read(field: str, text: str) -> Any:
    try:
        value = decode(text)
        judge(text, value)
    except json.JSONDecodeError as error:
        raise Refused(
            f"{field}: not valid JSON at line {error.lineno}, column {error.colno}:"
            f" {error.msg}."
        ) from None
    except RecursionError:
        raise Refused(f"{field}: nested more than {DEEPEST} deep.") from None
    except ValueError as error:
        raise Refused(f"{field}: not valid JSON: {error}.") from None
    return value


def decode(text: str) -> Any:
    """Raises JSONDecodeError with the place of a mistake, or RecursionError."""
    if text.startswith(MARK):
        raise json.JSONDecodeError("A byte order mark stands before it", text, 0)
    try:
        return STRICT.decode(text)
    except Unsound as error:
        at = place_of(text, error)
        raise json.JSONDecodeError(str(error), text, at) from None


def place_of(text: str, error: Unsound) -> int:
    """Where that value is, or that name for the second time in one object.

    All before it is JSON; what comes after has not been read.
    """
    if error.name is None:
        written = TOKEN.finditer(text)
        starts = (one.start() for one in written if one.group().startswith(error.value))
        return next(starts, 0)
    seen: set[int] = set()
    "Where the objects begin that have the name already."
    for one in placed(text):
        if one.inside and one.inside[-1].key == error.name:
            if one.inside[-1].at in seen:
                return one.inside[-1].key_at
            seen.add(one.inside[-1].at)
    return 0


def judge(text: str, value: Any) -> None:
    """Depth and characters. Raises ValueError."""
    if text.count("{") + text.count("[") <= DEEPEST and "\\u" not in text:
        return
    level, depth = [value], 0
    while level:
        if depth > DEEPEST:
            raise ValueError(f"nested more than {DEEPEST} deep")
        level = [inner for one in level for inner in within(one)]
        depth += 1


def within(value: Any) -> list[Any]:
    """What an object or a list holds."""
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, str) and not sound(value):
        raise ValueError("half a character or a null character")
    return value if isinstance(value, list) else []


def sound(text: str) -> bool:
    return not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in text)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = first_again([name for name, _ in pairs])
        raise Unsound(f"{twice[:40]!r} is given twice", name=twice)
    return found


def first_again(names: list[str]) -> str:
    """The first that was there before."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            break
        seen.add(name)
    return name


def bounded(number: str) -> float:
    if not math.isfinite(value := float(number)):
        raise Unsound(f"{number[:40]} is beyond all bounds", number)
    return value


def whole(number: str) -> int:
    try:
        return int(number)
    except ValueError:
        raise Unsound(f"{number[:40]} is beyond all bounds", number) from None


def refuse_constant(word: str) -> Any:
    raise Unsound(f"{word} is not JSON", word)


STRICT = json.JSONDecoder(
    parse_constant=refuse_constant,
    parse_float=bounded,
    parse_int=whole,
    object_pairs_hook=once,
)
