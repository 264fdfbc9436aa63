"""The shape of a websocket frame, both ways (design.md, section 5).

A board opens `/live/`, says hello, gets a snapshot or the frames it missed, then frames.
"""

from typing import Any, Literal, NotRequired, TypedDict

Rows = dict[str, dict[str, Any]]
"kind -> sid -> the row, whole, as in shapes.py."


class Hello(TypedDict):
    """Browser to server, first message of a socket. `cursor`: 'epoch:version' or ''."""

    type: Literal["hello"]
    workspace: str
    board: str
    "Which kinds of rows come: a key of BOARD_KINDS."
    cursor: str


class Snapshot(TypedDict):
    """Everything in scope at `cursor`; what the browser holds is replaced."""

    type: Literal["snapshot"]
    cursor: str
    now: int
    rows: Rows


class Frame(TypedDict):
    """The rows that changed after the cursor before, whole; and those that are gone."""

    type: Literal["frame"]
    cursor: str
    now: int
    rows: Rows
    gone: dict[str, list[str]]


class Beat(TypedDict):
    """Every two seconds without a frame: the server is there and this is its clock."""

    type: Literal["beat"]
    cursor: str
    now: int


class Closing(TypedDict):
    """Last message before the server closes. `reason` is a sentence for the person."""

    type: Literal["closing"]
    reason: str
    retry: NotRequired[bool]


BOARD_KINDS: dict[str, tuple[str, ...]] = {
    "overview": ("total", "queue", "need", "change", "interval", "feed"),
    "queues": ("total", "queue", "feed"),
    "agents": ("total", "worker", "feed"),
    "frame": ("feed",),
}
"""Board name -> kinds of rows it gets. Other pages use `frame` for their lamp."""
