"""Callbacks as they came, kept before they are folded."""

import json
from collections.abc import Mapping, Sequence

from statsync.models import InboxEntry, Workspace

KEPT_MS = 24 * 3_600_000


def keep(workspace: Workspace, forms: Sequence[Mapping[str, str]], now_ms: int) -> None:
    """A callback that comes twice is kept once."""
    InboxEntry.objects.bulk_create(
        [
            InboxEntry(
                workspace=workspace,
                received_ms=now_ms,
                event_sid=form["Sid"],
                form=json.dumps(dict(form)),
            )
            for form in forms
        ],
        ignore_conflicts=True,
    )


def mark(workspace: Workspace, sids: Sequence[str], state: str) -> None:
    """`state`: folded or unreadable."""
    InboxEntry.objects.filter(workspace=workspace, event_sid__in=sids).update(
        state=state
    )


def forget_old(workspace: Workspace, now_ms: int) -> None:
    InboxEntry.objects.filter(
        workspace=workspace, received_ms__lt=now_ms - KEPT_MS
    ).delete()
