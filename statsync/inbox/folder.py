"""Callbacks folded into the ledger: what came together at once in one transaction."""

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

import structlog
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    transaction,
)

from clock import now_ms
from statsync import records
from statsync.actions import health, inbox, ingest
from statsync.models import Workspace

log = structlog.get_logger()
AT_ONCE = 200
GATHER_SECONDS = 0.005
"What TaskRouter did at once comes as several callbacks; they are folded together."


@dataclass(frozen=True, slots=True)
class Letter:
    workspace: Workspace
    form: Mapping[str, str]
    record: records.EventRecord
    done: "Future[None]" = field(default_factory=Future)


class Folder:
    """One thread that folds whatever has come meanwhile in one transaction."""

    def __init__(self) -> None:
        self._letters: queue.SimpleQueue[Letter] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def take(self, letter: Letter) -> None:
        self._letters.put(letter)
        with self._lock:
            if self._thread is not None:
                if self._thread.is_alive():
                    return
                log.error("inbox.thread_ended", remedy="starting another")
            self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            letters = [one for one in self._gather() if is_awaited(one)]
            try:
                for own in by_workspace(letters):
                    answer(own)
            except Exception as error:
                # Whatever it is, those who come next must still be served.
                log.exception("inbox.broken", letters=len(letters))
                refuse([one for one in letters if not one.done.done()], error)

    def _gather(self) -> list[Letter]:
        batch = [self._letters.get()]
        time.sleep(GATHER_SECONDS)
        while len(batch) < AT_ONCE and not self._letters.empty():
            batch.append(self._letters.get())
        return batch


def is_awaited(letter: Letter) -> bool:
    """False where nobody waits any more; from now on its waiting cannot be called off."""
    return letter.done.set_running_or_notify_cancel()


def by_workspace(letters: list[Letter]) -> list[list[Letter]]:
    found: dict[int, list[Letter]] = defaultdict(list)
    for letter in letters:
        found[letter.workspace.pk].append(letter)
    return list(found.values())


def answer(letters: list[Letter]) -> None:
    """Folds them together or, should that fail, each by itself."""
    close_old_connections()
    try:
        fold(letters)
    except (OperationalError, InterfaceError) as error:
        # No letter's fault: the database is busy or away.
        log.exception("inbox.not_folded", letters=len(letters))
        refuse(letters, error)
    except Exception as error:
        if len(letters) > 1:
            for letter in letters:
                answer([letter])
        else:
            log.exception("inbox.not_folded", sid=letters[0].record.sid)
            set_aside(letters[0])
            refuse(letters, error)
    else:
        for letter in letters:
            letter.done.set_result(None)


def refuse(letters: list[Letter], error: Exception) -> None:
    for letter in letters:
        letter.done.set_exception(error)


def set_aside(letter: Letter) -> None:
    """Its form is kept for a day, for whoever wants to know."""
    inbox.keep(letter.workspace, [letter.form], now_ms())
    inbox.mark(letter.workspace, [letter.record.sid], "unreadable")


def fold(letters: list[Letter]) -> None:
    workspace, now = letters[0].workspace, now_ms()
    with transaction.atomic():
        inbox.keep(workspace, [letter.form for letter in letters], now)
        ingest.ingest(workspace, [letter.record for letter in letters], False, now)
        inbox.mark(workspace, [letter.record.sid for letter in letters], "folded")
    newest = max(letter.record.ms for letter in letters)
    health.note_success(workspace, "callback", now, now - newest)


folder = Folder()
