"""Where in a JSON text each of its values begins, by its path."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from expressions import place_in

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
UNIT = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)
"What one character of a text is written as."
OUTERMOST = "task_routing."
DEEPEST = 6
"The members of task_routing.filters[2].targets[0] are in so many objects and lists."
LONGEST = 64
"Characters of a name in a path."


@dataclass(slots=True)
class Container:
    """An object or a list that is being read."""

    at: int
    index: int | None
    "Of a list, which item comes; of an object None."
    key: str | None = None
    "Of an object, whose value comes."
    key_at: int = 0

    @property
    def step(self) -> str:
        """To what comes; of a long name as much as a fault's path shows."""
        return (
            f".{str(self.key)[:LONGEST]}" if self.index is None else f"[{self.index}]"
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """A value, as it is written; of an object or a list its bracket alone."""

    token: str
    at: int
    inside: list[Container]
    "From the outermost on, as they stand just now: reading goes on in them."

    @property
    def path(self) -> str:
        return "".join(one.step for one in self.inside).removeprefix(".")


def places(text: str) -> dict[str, int]:
    """As filters[2].targets[0].queue, for text that is JSON: a workflow's document.

    What lies deeper than anything that means something there has no place of its own.
    """
    return {
        one.path.removeprefix(OUTERMOST): one.at
        for one in placed(text)
        if len(one.inside) <= DEEPEST
    }


def placed(text: str) -> Iterator[Placed]:
    """Each value in turn, as long as the text is JSON."""
    inside: list[Container] = []
    for match in TOKEN.finditer(text):
        token = match.group()
        if token in "]}":
            inside.pop()
        elif token == ",":
            step_on(inside[-1])
        elif is_key(inside, token):
            inside[-1].key, inside[-1].key_at = json.loads(token), match.start()
        elif token != ":":
            yield Placed(token, match.start(), inside)
            if token in "{[":
                inside.append(Container(match.start(), 0 if token == "[" else None))


def step_on(container: Container) -> None:
    container.key = None
    if container.index is not None:
        container.index += 1


def is_key(inside: list[Container], token: str) -> bool:
    expected = inside and inside[-1].index is None and inside[-1].key is None
    return bool(expected) and token.startswith('"')


@dataclass(frozen=True, slots=True)
class Locator:
    """Lines and columns of one document, from 1."""

    text: str
    found: dict[str, int]

    def line_and_column(self, path: str, at: int | None) -> tuple[int, int]:
        """Of a value, or of a character inside it; of what it is in, if it is not there."""
        while path and path not in self.found:
            path, at = path[: max(path.rfind("."), path.rfind("["), 0)], None
        start = self.found.get(path, 0)
        if at is not None:
            start = inside_text(self.text, start, at) if path else at
        return place_in(self.text, start)


def inside_text(text: str, start: int, at: int) -> int:
    """The position of a character of a text that is written from `start` on."""
    units = UNIT.finditer(text, start + 1)
    for _ in range(at):
        next(units)
    return next(units).start()
