"""Command rows: what was asked, what became of it."""

import json
from typing import Any

from django.db import transaction

from statsync import live
from statsync.models import Command, Workspace


def asked(
    workspace: Workspace,
    person: Any,
    kind: str,
    subject: tuple[str, str],
    before: dict[str, Any],
    after: dict[str, Any],
    now_ms: int,
    once: str = "",
) -> tuple[Command, bool]:
    """`subject`: sid and name. Kept before TaskRouter is asked: a kill loses no trace.

    False where the same was asked before under this `once`; then it is that command.
    """
    fields = {
        "person": person,
        "kind": kind,
        "subject_sid": subject[0],
        "subject_name": subject[1][:64],
        "before": json.dumps(before),
        "after": json.dumps(after),
        "asked_ms": now_ms,
    }
    if not once:
        return Command.objects.create(workspace=workspace, **fields), True
    return Command.objects.get_or_create(
        workspace=workspace, once=once, defaults=fields
    )


def answered(
    command: Command, state: str, answer: str, now_ms: int, code: int | None = None
) -> Command:
    """`state`: done, refused or unknown."""
    with transaction.atomic():
        command.state, command.answer = state, answer
        command.code, command.done_ms = code, now_ms
        command.save()
        live.publish_command(command, now_ms)
    return command


PATIENCE_MS = 60_000
"Longer than any request may last."
LOST = (
    "The process that asked has ended before the answer came. Whether it was done is"
    " not known; look before asking again."
)


def doubt_old(workspace: Workspace, now_ms: int) -> None:
    """A command whose asker was killed would be under way for ever."""
    old = Command.objects.filter(
        workspace=workspace, state="sent", asked_ms__lt=now_ms - PATIENCE_MS
    )
    for command in old.select_related("person"):
        with transaction.atomic():
            # Its answer may come at this very moment: then that stands.
            left = old.filter(pk=command.pk)
            if left.update(state="unknown", answer=LOST, done_ms=now_ms):
                command.refresh_from_db()
                live.publish_command(command, now_ms)
