"""An expression as it was read: clauses, each with its place in the text and its test."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Names = Mapping[str, Any]
Value = Callable[[Names], Any]
Test = Callable[[Names], bool]
Join = Literal["AND", "OR", ""]
Steps = tuple[str | int, ...]
"A path: routing.levels[0] is `'routing', 'levels', 0`."


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a comparison. `at` and `end` are positions in the text."""

    value: Value
    at: int
    end: int
    steps: Steps = ()
    "The path it reads; empty: it is a literal."


@dataclass(frozen=True, slots=True)
class Clause:
    """What is true or not: a comparison, or several clauses joined by one word."""

    test: Test
    at: int
    end: int
    join: Join = ""
    parts: tuple["Clause", ...] = ()
    operands: tuple[Operand, ...] = ()

    def paths(self) -> Iterator[Operand]:
        """Every path that is read, from left to right."""
        for part in self.parts:
            yield from part.paths()
        yield from (one for one in self.operands if one.steps)
