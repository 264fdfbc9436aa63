"""Names that lead to nothing anywhere: most of them are mistyped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any

from expressions import place_in, read_clauses, there
from expressions.clauses import Operand, Steps

MOST_NAMES = 100
"So many of an expression are looked up."
MOST_TOLD = 20
LONGEST = 64
MOST_LIKE = 1_000
"Among so many is the nearest one looked for."
Seen = Sequence[Mapping[str, Any]]
"What the expression sees, of each worker or task there is."


@dataclass(frozen=True, slots=True)
class UnknownName:
    """Line and column, from 1, are those of the name in its expression."""

    name: str
    line: int
    column: int
    text: str
    suggestion: str | None


def unknown_names(text: str, seen: Seen, but: str = "") -> list[UnknownName]:
    """Those that nobody has; none where there is nobody. Raises ExpressionError.

    Names below `but` are not judged.
    """
    every = read_clauses(text).paths()
    paths = {one.steps: one for one in every if one.steps[0] != but}
    found = (
        unknown(text, one, known, seen)
        for one in islice(paths.values(), MOST_NAMES if seen else 0)
        if (known := deepest(one.steps, seen)) < len(one.steps)
    )
    return list(islice(found, MOST_TOLD))


def deepest(steps: Steps, seen: Seen) -> int:
    """How many steps of the path exist, where most do."""
    most = 0
    for names in seen:
        most = max(most, there(steps, names))
        if most == len(steps):
            break
    return most


def unknown(text: str, path: Operand, known: int, seen: Seen) -> UnknownName:
    name, nearest = text[path.at : path.end], suggestion(path.steps, known, seen)
    remedy = f"; did you mean {nearest}?" if nearest else "."
    line, column = place_in(text, path.at)
    return UnknownName(name, line, column, f"Nobody has {name}{remedy}", nearest)


def suggestion(steps: Steps, known: int, seen: Seen) -> str | None:
    """The nearest path there is: a prefix more or less, else another spelling."""
    for other in (steps[1:], ("worker", *steps), ("task", *steps)):
        if known == 0 and other and deepest(other, seen) == len(other):
            return written(other)
    wrong = steps[known]
    if isinstance(wrong, int):
        return None
    names = list(islice(names_at(steps[:known], seen), MOST_LIKE))
    nearest = like(wrong, names)
    return written((*steps[:known], nearest, *steps[known + 1 :])) if nearest else None


def names_at(parent: Steps, seen: Seen) -> Iterator[str]:
    """The names below a path, each once."""
    told: set[str] = set()
    for names in seen:
        value: Any = names
        if there(parent, value) < len(parent):
            continue
        for step in parent:
            value = value[step]
        for name in value if isinstance(value, Mapping) else ():
            if name not in told:
                told.add(name)
                yield name


def like(wrong: str, names: Sequence[str]) -> str | None:
    """The nearest name, whatever its case."""
    plain = {name.casefold(): name for name in names}
    found = get_close_matches(wrong[:LONGEST].casefold(), plain, 1)
    return plain[found[0]] if found else None


def written(steps: Steps) -> str:
    parts = [f".{one}" if isinstance(one, str) else f"[{one}]" for one in steps]
    return "".join(parts).removeprefix(".")
