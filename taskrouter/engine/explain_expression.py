"""What an expression would mean today: its mistakes, its names, and who it is true of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from expressions import ExpressionError, compile_expression, read_clauses
from expressions.clauses import Clause as Part
from taskrouter.engine.explain_clause import Clause, deciding
from taskrouter.engine.explain_names import UnknownName, unknown_names
from taskrouter.engine.names import filter_names, names_for
from taskrouter.engine.state import State

Kind = Literal["worker", "task", "target", "skip_if"]
KINDS: tuple[str, ...] = get_args(Kind)
MOST_COMPARISONS = 2_000_000
"About half a second's worth."


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an expression may be true of, and what it sees then."""

    sid: str
    name: str | None
    names: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mistake:
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Matching:
    subjects: list[Subject]
    looked_at: int


@dataclass(frozen=True, slots=True)
class Sample:
    """What it says of the one that was asked about, and the part that decides."""

    matches: bool
    clause: Clause


def mistake(text: str) -> Mistake | None:
    try:
        read_clauses(text)
    except ExpressionError as error:
        return Mistake(error.line, error.column, error.expected)
    return None


def subject(
    state: State, kind: str, sid: str, text: str, task_values: dict[str, Any]
) -> Subject:
    """`task_values` are the attributes of the task a target is asked for."""
    if kind == "task":
        return Subject(sid, None, filter_names(state.task_values[sid]))
    name = state.workers[sid].friendly_name
    if kind == "target":
        return Subject(sid, name, names_for(state, task_values, sid, text))
    return Subject(sid, name, state.worker_values[sid])


def matching(text: str, subjects: list[Subject]) -> Matching:
    """A long expression is asked of fewer."""
    test = compile_expression(text).matches
    most = MOST_COMPARISONS // comparisons(read_clauses(text))
    asked = subjects[:most]
    return Matching([one for one in asked if test(one.names)], len(asked))


def comparisons(part: Part) -> int:
    return sum(comparisons(one) for one in part.parts) or 1


def unknown(text: str, subjects: list[Subject]) -> list[UnknownName]:
    return unknown_names(text, [one.names for one in subjects])


def sample(text: str, names: Mapping[str, Any]) -> Sample:
    return Sample(compile_expression(text).matches(names), deciding(text, names))
