"""A JSON document read to its end: what is wrong is noted, each by its place."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Any, TypeVar

from expressions import ExpressionError
from taskrouter.engine import strict_json

T = TypeVar("T")
HIGHEST = 2_147_483_647
NUMBER = re.compile("[0-9]{1,10}")
NO_TEXT = re.compile("[\0\ud800-\udfff]")
IN_WORDS = {"dict": "an object", "list": "a list", "str": "text"}


@dataclass(frozen=True, slots=True)
class Fault:
    place: str
    "As filters[2].targets[0].expression; empty: the document itself."
    text: str
    at: int | None = None
    "Where in the value at that place, in characters; None: all of it."


class Enough(Exception):
    """As many faults have been found as were asked for."""


@dataclass(slots=True)
class Reading:
    """What one reading of a document has come across."""

    most: int
    "So many faults end it."
    faults: list[Fault] = field(default_factory=list)
    nodes: list["Node"] = field(default_factory=list)

    def note(self, fault: Fault) -> None:
        self.faults.append(fault)
        if len(self.faults) >= self.most:
            raise Enough


@dataclass(slots=True)
class Node:
    """An object of the document. What is wrong in it counts as not given."""

    value: dict[str, Any]
    place: str
    reading: Reading
    asked: set[str] = field(default_factory=set)
    "The names somebody wanted to know."
    wrong: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.reading.nodes.append(self)

    def path(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def fault(self, name: str, text: str, at: int | None = None) -> None:
        """About a member, or about the object itself where the name is empty."""
        place = self.path(name) if name else self.place
        self.wrong.add(name)
        self.reading.note(Fault(place, text, at))

    def needs(self, name: str, given: bool, text: str) -> None:
        """A member without which it means nothing; what is wrong is told already."""
        if not given and name not in self.wrong:
            self.fault("", text)

    def member(self, name: str, kind: type, otherwise: Any) -> Any:
        self.asked.add(name)
        value = self.value.get(name)
        if value is None:
            return otherwise
        if not isinstance(value, kind):
            self.fault(name, f"must be {IN_WORDS[kind.__name__]}")
            return otherwise
        if isinstance(value, str) and NO_TEXT.search(value):
            self.fault(name, "holds half a character or a null character")
            return otherwise
        return value

    def object(self, name: str, place: str) -> "Node":
        """Its faults are told by that place."""
        return Node(self.member(name, dict, {}), place, self.reading)

    def objects(self, name: str, most: int) -> Iterator["Node"]:
        found: list[Any] = self.member(name, list, [])
        if len(found) > most:
            self.fault(name, f"at most {most} are allowed")
        for at, one in enumerate(found[:most]):
            node = node_of(one, f"{self.path(name)}[{at}]", self.reading)
            if node is not None:
                yield node
            else:
                self.wrong.add(name)

    def whole(self, name: str, least: int) -> int | None:
        """A whole number, which old documents write as text."""
        self.asked.add(name)
        value = self.value.get(name)
        if value is None or value == "":
            return None
        number = number_of(value)
        if number is None or not least <= number <= HIGHEST:
            self.fault(name, f"must be a whole number from {least} to {HIGHEST}")
            return None
        return number

    def compiled(self, name: str, read: Callable[[str], T]) -> T | None:
        """What `read` makes of an expression; empty text is none."""
        text = self.member(name, str, None)
        if not text:
            return None
        try:
            return read(text)
        except ExpressionError as error:
            self.fault(name, str(error), error.at)
            return None


def number_of(value: Any) -> int | None:
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return int(value)
    return value if type(value) is int else None


def node_of(value: Any, place: str, reading: Reading) -> Node | None:
    if isinstance(value, dict):
        return Node(value, place, reading)
    reading.note(Fault(place, "an object is needed here"))
    return None


def opened(text: str, longest: int, reading: Reading) -> Node | None:
    """The outermost object, of a document of at most so many bytes."""
    if len(text.encode()) > longest:
        reading.note(Fault("", f"more than {longest} bytes"))
        return None
    try:
        value = strict_json.decode(text)
    except JSONDecodeError as error:
        reading.note(Fault("", f"not valid JSON ({error})", error.pos))
        return None
    except RecursionError:
        reading.note(Fault("", "nested too deep"))
        return None
    return node_of(value, "", reading)
