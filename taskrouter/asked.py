"""What the owner is asked, and where its answer goes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from taskrouter.engine.commands import Command
from taskrouter.engine.records import Record
from taskrouter.engine.state import State


class NotSaved(Exception):
    """The database refused a commit; nothing of it has happened."""


class Unsure(NotSaved):
    """The database went away in the middle: it may have happened, or not."""


@dataclass(slots=True)
class Ask:
    """A command or a read, and where its answer goes."""

    what: Command | Callable[[State, int], Any]
    answer: asyncio.Future[Any]


def answer(ask: Ask, result: Record | None) -> None:
    if not ask.answer.done():
        ask.answer.set_result(result)


def fail(ask: Ask, error: Exception) -> None:
    if not ask.answer.done():
        ask.answer.set_exception(error)
