"""Text to tokens, each with its place."""

import re
from typing import Literal, NamedTuple

MOST_TOKENS = 4096
LONGEST = 65_536
"Characters of an expression."
LONGEST_NUMBER = 32

Kind = Literal["name", "number", "string", "operator", "word", "end"]
MEANT = {"&": "AND", "|": "OR"}
"What other languages write so."
WORDS = {"AND", "OR", "NOT", "IN", "HAS", "CONTAINS", "TRUE", "FALSE", "NULL"}

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
  | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
  | (?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
  | (?P<operator>==|!=|<=|>=|>-|<-|[=<>()\[\],.])
    """,
    re.VERBOSE,
)


class ExpressionError(ValueError):
    """What is wrong, where (both from 1), and what was expected there."""

    def __init__(self, text: str, at: int, expected: str) -> None:
        self.at = at
        self.line, self.column = place_in(text, at)
        self.expected = expected
        super().__init__(f"line {self.line}, column {self.column}: {expected}")


def place_in(text: str, at: int) -> tuple[int, int]:
    """Line and column of a position, both from 1."""
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


class Token(NamedTuple):
    kind: Kind
    text: str
    at: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of `text`, ended by one of kind `end`. Raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(text, LONGEST, f"at most {LONGEST} characters")
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(text, at, not_understood(text[at]))
        if match.lastgroup == "number" and len(match.group()) > LONGEST_NUMBER:
            raise ExpressionError(text, at, f"at most {LONGEST_NUMBER} digits")
        if match.lastgroup != "space":
            found.append(token(match))
        if len(found) > MOST_TOKENS:
            raise ExpressionError(text, at, f"at most {MOST_TOKENS} words are allowed")
        at = match.end()
    found.append(Token("end", "", len(text), len(text)))
    return found


def not_understood(character: str) -> str:
    """What was expected where no word of the language begins."""
    if character in "'\"":
        return f"expected a closing {character} of the text that begins here"
    instead = MEANT.get(character, "a name, a value or an operator")
    return f"expected {instead}, {character!r} is not understood"


def token(match: re.Match[str]) -> Token:
    kind, text, place = match.lastgroup, match.group(), match.span()
    if kind == "name" and text.upper() in WORDS:
        return Token("word", text.upper(), *place)
    if kind == "string":
        return Token("string", re.sub(r"\\(.)", r"\1", text[1:-1]), *place)
    return Token(kind, text, *place)  # type: ignore[arg-type]
