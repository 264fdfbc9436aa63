"""Compares TaskRouter's own log with our ledger: two independent records of one world."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Min, QuerySet

from statsync import rebuild
from statsync.models import Event, Watermark, Window, Workspace
from taskrouter import untold
from taskrouter.models import LoggedEvent

DAY_MS = 86_400_000
SETTLED_MS = 1_000
"The last second before the watermark may still be on its way."


class Command(BaseCommand):
    help = "Check that the ledger holds each of TaskRouter's events exactly once."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = [
            f"{workspace.name}: {sentence}"
            for workspace in Workspace.objects.all()
            for sentence in self.wrong_in(workspace)
        ]
        if wrong:
            raise CommandError("\n".join(wrong))

    def wrong_in(self, workspace: Workspace) -> list[str]:
        waiting = Window.objects.filter(workspace=workspace, state="waiting").count()
        if waiting:
            return [f"{waiting} windows of the past are still to be read"]
        upto = watermark(workspace)
        if upto is None:
            return ["nothing has been read yet"]
        if untold.left() is not None:
            return ["older days of TaskRouter are still being written"]
        found = Differences()
        for start, end in days(workspace, upto):
            found.compare(logged(workspace, start, end), kept(workspace, start, end))
        wrong = [*found.sentences(), *rebuild.differences(workspace)]
        if not wrong:
            self.stdout.write(
                f"{workspace.name}: {found.count} events, each once; facts agree."
            )
        return wrong


def watermark(workspace: Workspace) -> int | None:
    row = Watermark.objects.filter(workspace=workspace, job="events").first()
    return row.ms - SETTLED_MS if row else None


def days(workspace: Workspace, upto: int) -> Iterator[tuple[int, int]]:
    """From the first event of either record on, so that a month need not fit in memory."""
    firsts = [
        rows.aggregate(first=Min("ms"))["first"]
        for rows in (log_of(workspace), Event.objects.filter(workspace=workspace))
    ]
    first = min((ms for ms in firsts if ms is not None), default=upto)
    for start in range(first, upto + 1, DAY_MS):
        yield start, min(start + DAY_MS, upto + 1)


def log_of(workspace: Workspace) -> QuerySet[LoggedEvent]:
    return LoggedEvent.objects.using("taskrouter").filter(workspace_sid=workspace.sid)


def logged(workspace: Workspace, start: int, end: int) -> dict[str, tuple[Any, ...]]:
    rows = log_of(workspace).filter(ms__gte=start, ms__lt=end)
    return {
        sid: (ms, type, json.loads(data))
        for sid, ms, type, data in rows.values_list(
            "sid", "ms", "type", "data"
        ).iterator()
    }


def kept(
    workspace: Workspace, start: int, end: int
) -> list[tuple[str, tuple[Any, ...]]]:
    """Pairs, not a dict: an event kept twice must be seen."""
    with transaction.atomic():
        rows = Event.objects.filter(workspace=workspace, confirmed=True)
        rows = rows.filter(ms__gte=start, ms__lt=end)
        found = rows.values_list("sid", "ms", "type", "body").iterator()
        return [
            (sid, (ms, type, json.loads(body)["event_data"]))
            for sid, ms, type, body in found
        ]


@dataclass(slots=True)
class Differences:
    """Between the two records, stretch by stretch."""

    count: int = 0
    doubled: int = 0
    missing: list[tuple[int, str]] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    def compare(
        self,
        theirs: dict[str, tuple[Any, ...]],
        ours: list[tuple[str, tuple[Any, ...]]],
    ) -> None:
        mine = dict(ours)
        self.count += len(theirs)
        self.doubled += len(ours) - len(mine)
        self.missing += [(theirs[sid][0], sid) for sid in theirs.keys() - mine.keys()]
        self.foreign += mine.keys() - theirs.keys()
        both = theirs.keys() & mine.keys()
        self.other += [sid for sid in both if theirs[sid] != mine[sid]]

    def sentences(self) -> list[str]:
        found = []
        if self.doubled:
            found.append(f"{self.doubled} events are kept more than once")
        if self.missing:
            first = min(self.missing)
            found.append(f"{len(self.missing)} events are missing, the first {first}")
        if self.foreign:
            first_foreign = min(self.foreign)
            found.append(
                f"{len(self.foreign)} events are not TaskRouter's: {first_foreign}"
            )
        if self.other:
            found.append(
                f"{len(self.other)} events differ in content: {min(self.other)}"
            )
        return found
