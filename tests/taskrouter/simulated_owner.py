"""A random day of the owner on SQLite, whose clock, chance and mishaps a seed decides.

Django is set up already; `main` writes the SHA-256 of the day's log.
"""

import asyncio
import hashlib
import json
import random
import sys
from typing import Any

from django.core.management import call_command
from django.db import connections

from taskrouter.asked import NotSaved
from taskrouter.engine import commands
from taskrouter.engine.records import KIND_OF
from taskrouter.engine.refusal import Refused
from taskrouter.models import LoggedEvent, Outbox
from taskrouter.models import Record as Row
from taskrouter.owner import Owner
from taskrouter.store import body
from tests.builders import ACCOUNT, START, Centre
from tests.random_days import Day

REFUSAL = """
CREATE TRIGGER refuse_events BEFORE INSERT ON taskrouter_loggedevent
BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
"""


class Killed(Exception):
    """The process ended after a commit and before its answers."""


class OwnedCentre(Centre):
    """A centre behind an owner: what it does is saved, and may be struck by mishaps."""

    def __init__(self, seed: int, runner: asyncio.Runner) -> None:
        self.chance = random.Random(f"mishaps of {seed}")
        self.runner = runner
        self.now, self.events, self.decisions = START, [], []
        self.seen: dict[str, int] = {"killed": 0, "not saved": 0, "clock back": 0}
        self.letters: dict[int, str] = {}
        self.doomed = False
        self.mishaps = False
        self.begin()
        self.workspace = self.do(
            commands.CreateWorkspace(
                account_sid=ACCOUNT,
                friendly_name="Floor",
                event_callback_url="https://floor.example/events",
            )
        )
        self.ws = self.workspace.sid

    def begin(self) -> None:
        """An owner as after a start: all that is not sent yet comes back."""
        self.owner = Owner(lambda: self.now, seed=self.chance.getrandbits(64))
        kept, self.letters = self.letters, {}
        self.owner.on_letters = self.take_letters
        self.runner.run(self.owner.start())
        assert kept.items() <= self.letters.items(), "a letter was lost"

    def take_letters(self, letters: list[Any]) -> None:
        """Called between a commit and its answers."""
        self.letters |= {one.id: one.subject_sid for one in letters}
        if self.doomed:
            self.doomed = False
            raise Killed

    @property
    def state(self) -> Any:  # type: ignore[override]
        return self.owner._state

    def do(self, command: Any) -> Any:
        """Raises Refused, and Killed where nobody is left to answer."""
        mishap = self.chance.random() if self.mishaps else 1.0
        if mishap < 0.03:
            self.not_saved(command)
        elif mishap < 0.06:
            self.killed(command)
        elif mishap < 0.1:
            self.go_back()
        return self.runner.run(self.asked(command))

    async def asked(self, command: Any) -> Any:
        answer = asyncio.ensure_future(self.owner.do(command))
        ended = self.owner.ended()
        await asyncio.wait({answer, ended}, return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        answer.cancel()
        return ended.result()

    def not_saved(self, command: Any) -> None:
        """A database that refuses: nothing of a command with an event is to be seen."""
        self.settle()
        before, logged = saved_records(), events_logged()
        execute(REFUSAL)
        try:
            self.runner.run(self.asked(command))
        except (NotSaved, Refused) as refusal:
            self.seen["not saved"] += isinstance(refusal, NotSaved)
            assert in_memory(self.state) == saved_records() == before
        finally:
            execute("DROP TRIGGER refuse_events")
        assert events_logged() == logged

    def killed(self, command: Any) -> None:
        """Saved and never answered: what is there afterwards is what was saved."""
        self.doomed = True
        try:
            self.runner.run(self.asked(command))
        except Killed:
            self.end()
            self.begin()
            assert in_memory(self.state) == saved_records()
            raise
        finally:
            self.doomed = False

    def end(self) -> None:
        """What the kernel does for a process that dies: its lock and thread are free."""
        self.owner._thread.shutdown()
        assert self.owner._hold.file is not None
        self.owner._hold.file.close()

    def go_back(self) -> None:
        self.seen["clock back"] += 1
        self.now -= self.chance.randrange(1, 5_000)

    def pass_time(self, seconds: float) -> None:
        """Steps over each due time, as a machine's clock does."""
        end = self.now + int(seconds * 1000)
        while (due := self.state.due.next()) is not None and due <= end:
            self.now = max(due, self.now)
            self.settle()
        self.now = end
        self.settle()

    def settle(self) -> None:
        """Twice: a turn looks first and then lets time pass."""
        for _ in range(2):
            self.runner.run(self.owner.read(lambda state, now: None))


def execute(statement: str) -> None:
    with connections["taskrouter"].cursor() as cursor:
        cursor.execute(statement)


def events_logged() -> int:
    return LoggedEvent.objects.using("taskrouter").count()


def saved_records() -> dict[str, str]:
    return dict(Row.objects.using("taskrouter").values_list("sid", "body"))


def in_memory(state: Any) -> dict[str, str]:
    return {
        one.sid: body(one)
        for kind in KIND_OF.values()
        for one in state.tables[kind].values()
    }


def simulate(seed: int, steps: int, runner: asyncio.Runner) -> OwnedCentre:
    centre = OwnedCentre(seed, runner)
    day = Day(seed, centre)
    centre.mishaps = True
    for _ in range(steps):
        try:
            day.happen()
        except Killed:
            centre.seen["killed"] += 1
        centre.pass_time(day.pick([0, 0, 1, 3, 20]))
        assert in_memory(centre.state) == saved_records()
    return centre


def log_lines() -> list[str]:
    """The whole event log, a line each, as it was written."""
    rows = LoggedEvent.objects.using("taskrouter").order_by("id").values()
    lines = [json.dumps(row, sort_keys=True) for row in rows]
    times = [row["ms"] for row in rows]
    assert times == sorted(times), "time went back in the log"
    assert len({row["sid"] for row in rows}) == len(rows), "an event is there twice"
    return lines


def judge_letters(workspace_sid: str) -> None:
    """Each event of a workspace with an address has its one letter."""
    outbox = Outbox.objects.using("taskrouter").filter(kind="event")
    letters = outbox.values_list("subject_sid", flat=True)
    logged = LoggedEvent.objects.using("taskrouter").filter(workspace_sid=workspace_sid)
    assert sorted(letters) == sorted(logged.values_list("sid", flat=True))


def main(seed: int, steps: int) -> None:
    call_command("migrate", database="taskrouter", verbosity=0)
    with asyncio.Runner() as runner:
        centre = simulate(seed, steps, runner)
        runner.run(centre.owner.stop())
    lines = log_lines()
    judge_letters(centre.workspace.sid)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    seen = {"sha256": digest, "events": len(lines), **centre.seen}
    sys.stdout.write(json.dumps(seen))
