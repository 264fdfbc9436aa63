"""A bit: one text of a board, a format of numbers.FORMATS over fields of a row.

Templates write the format and the fields beside the text, as data- attributes; the
browser repaints a bit from them, so nothing is said twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard import numbers
from dashboard.numbers import Moment

Row = Mapping[str, Any]
Rows = Mapping[str, Mapping[str, Row]]
"kind -> sid -> row, as statsync.live.frames.Rows."


@dataclass(frozen=True, slots=True)
class Bit:
    format: str
    of: tuple[str, ...]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Painted:
    """A bit and its text; `since` (ms) where the text is an age that counts up."""

    bit: Bit
    text: str
    since: int | None = None


def paint(bit: Bit, row: Row, moment: Moment) -> Painted:
    values = [numbers.value(row, path) for path in bit.of]
    since = values[0] if bit.format == "age" else None
    return Painted(bit, numbers.FORMATS[bit.format](values, moment), since or None)
