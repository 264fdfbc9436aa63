"""Tokens to closures. Precedence: comparison, then AND, then OR."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from expressions.clauses import Clause, Join, Names, Operand, Steps, Test, Value
from expressions.comparison import COMPARISONS, Compare, equal
from expressions.lexer import ExpressionError, Token, tokens

DEEPEST = 64
KEPT = 20_000
MOST_EXPLAINED = 500

T = TypeVar("T")
Joining = Callable[[list[Test]], Test]


@dataclass(frozen=True, slots=True)
class Expression:
    text: str
    matches: Test


@lru_cache(KEPT)
def compile_expression(text: str) -> Expression:
    """Something that is true or not. Raises ExpressionError."""
    return Expression(text, Reader(text).whole(Reader.either).test)


@lru_cache(MOST_EXPLAINED)
def read_clauses(text: str) -> Clause:
    """As compile_expression, with the parts it is made of. Raises ExpressionError."""
    return Reader(text).whole(Reader.either)


@lru_cache(KEPT)
def read_value(text: str) -> Operand:
    """A single value, as `task.preferred_sid` or `'WK…'`. Raises ExpressionError."""
    return Reader(text).whole(Reader.operand, "expected the end")


class Reader:
    """Reads one expression from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0

    def whole(
        self,
        read: Callable[["Reader"], T],
        expected: str = "expected AND, OR or the end",
    ) -> T:
        result = read(self)
        if self.next.kind != "end":
            self.fail(expected)
        return result

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> bool:
        """Steps over the next token if it is one of these words or operators."""
        token = self.next
        if token.kind not in {"word", "operator"} or token.text not in texts:
            return False
        self.at += 1
        return True

    def fail(self, expected: str) -> Any:
        raise ExpressionError(self.text, self.next.at, expected)

    def either(self) -> Clause:
        return self.joined("OR", any_of, self.every)

    def every(self) -> Clause:
        return self.joined("AND", all_of, self.comparison)

    def joined(self, word: Join, join: Joining, read: Callable[[], Clause]) -> Clause:
        at = self.next.at
        parts = [read()]
        while self.take(word):
            parts.append(read())
        if len(parts) == 1:
            return parts[0]
        test = join([part.test for part in parts])
        return Clause(test, at, self.end, word, tuple(parts))

    @property
    def end(self) -> int:
        """Where what has been read ends."""
        return self.tokens[self.at - 1].end

    def comparison(self) -> Clause:
        if self.take("("):
            return self.grouped()
        left = self.operand()
        compare = self.comparator()
        if compare is None:
            return Clause(is_true(left.value), left.at, self.end, operands=(left,))
        right = self.operand()
        test = compared(compare, left, right)
        return Clause(test, left.at, self.end, operands=(left, right))

    def grouped(self) -> Clause:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"at most {DEEPEST} brackets may be open at once")
        inner = self.either()
        if not self.take(")"):
            self.fail("expected AND, OR or )")
        self.depth -= 1
        return inner

    def comparator(self) -> Compare | None:
        token = self.next
        if self.take("NOT"):
            if not self.take("IN"):
                self.fail("expected IN after NOT")
            return COMPARISONS["NOT IN"]
        if token.kind in {"word", "operator"} and token.text in COMPARISONS:
            self.at += 1
            return COMPARISONS[token.text]
        return None

    def operand(self) -> Operand:
        at = self.next.at
        if self.take("["):
            value = constant(self.list_of_literals())
        elif self.next.kind == "name":
            steps = self.path()
            return Operand(lookup(steps), at, self.end, steps)
        else:
            value = constant(self.literal())
        return Operand(value, at, self.end)

    def literal(self, expected: str = "expected a name or a value") -> Any:
        token = self.next
        if token.kind == "number":
            value: Any = float(token.text) if "." in token.text else int(token.text)
        elif token.kind == "string":
            value = token.text
        elif token.kind == "word" and token.text in CONSTANTS:
            value = CONSTANTS[token.text]
        else:
            self.fail(expected)
        self.at += 1
        return value

    def list_of_literals(self) -> list[Any]:
        items: list[Any] = []
        while not self.take("]"):
            if items and not self.take(","):
                self.fail("expected , or ]")
            items.append(self.literal("expected text, a number, true, false or null"))
        return items

    def path(self) -> Steps:
        steps: list[str | int] = [self.next.text]
        self.at += 1
        while True:
            if self.take("."):
                steps.append(self.step())
            elif self.take("["):
                steps.append(self.index())
            else:
                return tuple(steps)

    def step(self) -> str:
        token = self.next
        if token.kind not in {"name", "word"}:
            self.fail("expected a name after the dot")
        self.at += 1
        # A keyword after a dot is a name: task.in is the attribute `in`.
        return self.text[token.at : token.at + len(token.text)]

    def index(self) -> int:
        token = self.next
        if token.kind != "number" or not token.text.isdigit():
            self.fail("expected a position from 0")
        self.at += 1
        if not self.take("]"):
            self.fail("expected ]")
        return int(token.text)


CONSTANTS: dict[str, Any] = {"TRUE": True, "FALSE": False, "NULL": None}


def constant(value: Any) -> Value:
    return lambda names: value


def lookup(steps: Steps) -> Value:
    if len(steps) == 1:
        name = steps[0]
        return lambda names: names.get(name)  # type: ignore[arg-type]

    def walk(names: Names) -> Any:
        value: Any = names
        for step in steps:
            if isinstance(step, str):
                value = value.get(step) if isinstance(value, dict) else None
            else:
                inside = isinstance(value, list) and step < len(value)
                value = value[step] if inside else None
        return value

    return walk


def is_true(value: Value) -> Test:
    return lambda names: value(names) is True


def compared(compare: Compare, left: Operand, right: Operand) -> Test:
    if compare is equal and not right.steps and isinstance(right.value({}), str):
        return is_text(left, right.value({}))
    first, second = left.value, right.value
    return lambda names: compare(first(names), second(names))


def is_text(left: Operand, text: str) -> Test:
    """As `equal`; by far the most filters are one, so its sides cost no call each."""
    if len(left.steps) == 1:
        name = left.steps[0]
        return lambda names: names.get(name) == text  # type: ignore[arg-type]
    value = left.value
    return lambda names: bool(value(names) == text)


def any_of(tests: list[Test]) -> Test:
    return lambda names: any(test(names) for test in tests)


def all_of(tests: list[Test]) -> Test:
    return lambda names: all(test(names) for test in tests)
