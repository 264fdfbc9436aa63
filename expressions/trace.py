"""Why an expression holds or does not: the smallest part of it that decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from expressions.clauses import Clause, Names, Operand, Steps
from expressions.compiler import read_clauses
from expressions.lexer import place_in


@dataclass(frozen=True, slots=True)
class Read:
    """A path and what was there; `missing` tells nothing at all from a null."""

    path: str
    value: Any
    missing: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """Whether the whole holds, and the part that decides it; places from 1."""

    holds: bool
    clause: str
    line: int
    column: int
    reads: tuple[Read, ...]


def trace(text: str, names: Names) -> Trace:
    """Evaluates as the compiled expression does. Raises ExpressionError."""
    clause, holds = decide(read_clauses(text), names)
    return Trace(
        holds,
        text[clause.at : clause.end],
        *place_in(text, clause.at),
        tuple(read(text, one, names) for one in each_once(text, clause)),
    )


def decide(clause: Clause, names: Names) -> tuple[Clause, bool]:
    """Of AND the first part that fails, of OR the first that holds; else the whole."""
    if not clause.parts:
        return clause, clause.test(names)
    decisive = clause.join == "OR"
    for part in clause.parts:
        found, holds = decide(part, names)
        if holds is decisive:
            return found, holds
    return clause, not decisive


def each_once(text: str, clause: Clause) -> list[Operand]:
    found = {text[one.at : one.end]: one for one in clause.paths()}
    return list(found.values())


def read(text: str, path: Operand, names: Names) -> Read:
    missing = there(path.steps, names) < len(path.steps)
    return Read(text[path.at : path.end], path.value(names), missing)


def there(steps: Steps, value: Any) -> int:
    """How many steps of the path exist, be the last of them null."""
    for at, step in enumerate(steps):
        if isinstance(step, str):
            if not (isinstance(value, Mapping) and step in value):
                return at
        elif not (isinstance(value, list) and step < len(value)):
            return at
        value = value[step]
    return len(steps)
