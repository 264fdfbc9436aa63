"""The part of an expression that decides, as it is shown: bounded, whatever was read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from expressions import Read, trace

MOST_NAMES = 10
LONGEST = 200
"Characters of a clause or a value."


@dataclass(frozen=True, slots=True)
class Name:
    """What an expression read; `missing` tells nothing at all from a null."""

    name: str
    value: Any
    missing: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """Line and column, from 1, are those of the clause in its expression."""

    clause: str
    line: int
    column: int
    names: tuple[Name, ...]


def deciding(text: str, names: Mapping[str, Any]) -> Clause:
    """Why the expression holds, or why it does not."""
    found = trace(text, names)
    reads = found.reads[:MOST_NAMES]
    return Clause(
        cut(found.clause), found.line, found.column, tuple(shown(one) for one in reads)
    )


def shown(read: Read) -> Name:
    return Name(cut(read.path), short(read.value), read.missing)


def short(value: Any) -> Any:
    """The value itself, or the beginning of its JSON."""
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= LONGEST else cut(text)


def cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
