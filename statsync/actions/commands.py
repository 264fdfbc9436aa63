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
) -> Command:
    """`subject`: sid and name. Kept before TaskRouter is asked: a kill loses no trace."""
    return Command.objects.create(
        workspace=workspace,
        person=person,
        kind=kind,
        subject_sid=subject[0],
        subject_name=subject[1][:64],
        before=json.dumps(before),
        after=json.dumps(after),
        state="sent",
        asked_ms=now_ms,
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
