"""Writes the days before those that were played first, beside a TaskRouter that serves.

It is a process of its own, so that neither its thinking nor its writing holds routing
up: it writes little at a time and rests as long as that took. Killed anywhere, the next
one plays the same days again and goes on after the last event that was written.
"""

import fcntl
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from taskrouter import untold
from taskrouter.engine.events import Event
from taskrouter.simulation.past import Before, events_before

AT_ONCE = 250


class Abandoned(Exception):
    """Whoever wanted the past is gone."""


def write(alone: Path, wanted: Callable[[], bool]) -> None:
    """`alone` is held meanwhile: one that lives on a moment is waited for."""
    with alone.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = untold.left()
        if before is not None:
            write_all(before, wanted)
            untold.finish()


def write_all(before: Before, wanted: Callable[[], bool]) -> None:
    """Raises Abandoned."""
    position, begun = 0, untold.written()
    for some in batches(events_before(before)):
        if not wanted():
            raise Abandoned
        position += len(some)
        if position > begun:
            new = some[-(position - max(begun, position - len(some))) :]
            started = time.monotonic()
            untold.write(new, position - len(new))
            time.sleep(time.monotonic() - started)


def batches(events: Iterator[Event]) -> Iterator[list[Event]]:
    while some := list(islice(events, AT_ONCE)):
        yield some
