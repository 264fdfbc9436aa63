"""Compares TaskRouter's own log with our ledger: two independent records of one world."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from statsync import rebuild
from statsync.models import Event, Watermark, Window, Workspace
from taskrouter.models import LoggedEvent

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
        theirs, ours = logged(workspace, upto), kept(workspace, upto)
        wrong = [*compare(theirs, ours), *rebuild.differences(workspace)]
        if not wrong:
            count = len(theirs)
            self.stdout.write(
                f"{workspace.name}: {count} events, each once; facts agree."
            )
        return wrong


def watermark(workspace: Workspace) -> int | None:
    row = Watermark.objects.filter(workspace=workspace, job="events").first()
    return row.ms - SETTLED_MS if row else None


def logged(workspace: Workspace, upto: int) -> dict[str, tuple[Any, ...]]:
    rows = LoggedEvent.objects.using("taskrouter").filter(
        workspace_sid=workspace.sid, ms__lte=upto
    )
    return {
        sid: (ms, type, json.loads(data))
        for sid, ms, type, data in rows.values_list(
            "sid", "ms", "type", "data"
        ).iterator()
    }


def kept(workspace: Workspace, upto: int) -> list[tuple[str, tuple[Any, ...]]]:
    """Pairs, not a dict: an event kept twice must be seen."""
    with transaction.atomic():
        rows = Event.objects.filter(workspace=workspace, ms__lte=upto, confirmed=True)
        found = rows.values_list("sid", "ms", "type", "body").iterator()
        return [
            (sid, (ms, type, json.loads(body)["event_data"]))
            for sid, ms, type, body in found
        ]


def compare(
    theirs: dict[str, tuple[Any, ...]], ours: list[tuple[str, tuple[Any, ...]]]
) -> list[str]:
    mine = dict(ours)
    missing = theirs.keys() - mine.keys()
    foreign = mine.keys() - theirs.keys()
    other = [sid for sid in theirs.keys() & mine.keys() if theirs[sid] != mine[sid]]
    sentences = []
    if len(mine) != len(ours):
        sentences.append(f"{len(ours) - len(mine)} events are kept more than once")
    if missing:
        first = min((theirs[sid][0], sid) for sid in missing)
        sentences.append(f"{len(missing)} events are missing, the first {first}")
    if foreign:
        sentences.append(f"{len(foreign)} events are not TaskRouter's: {min(foreign)}")
    if other:
        sentences.append(f"{len(other)} events differ in content: {min(other)}")
    return sentences
