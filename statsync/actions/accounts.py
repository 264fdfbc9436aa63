"""Accounts and workspaces: written when somebody connects."""

from typing import Any

from django.db import transaction

from statsync import live
from statsync.actions import definitions
from statsync.models import Account, Watermark, Window, Workspace

DAY_MS = 86_400_000
BACKFILL_DAYS = 30
WINDOW_MS = DAY_MS // 4


def save_account(sid: str, base_url: str, auth_token: str) -> Account:
    """Nothing is read of the account before: the key of its token may be lost."""
    Account.objects.bulk_create(
        [Account(sid=sid, base_url=base_url, auth_token=auth_token)],
        update_conflicts=True,
        unique_fields=["sid"],
        update_fields=["base_url", "auth_token"],
    )
    return Account.objects.get(sid=sid)


def save_workspace(account: Account, item: dict[str, Any], now_ms: int) -> Workspace:
    """At first contact also guesses, the live counter, and 30 days to be back-filled."""
    with transaction.atomic():
        workspace, made = Workspace.objects.get_or_create(
            sid=item["sid"],
            defaults={
                "account": account,
                "name": item["friendly_name"],
                "connected_ms": now_ms,
            },
        )
        live.begin(workspace)
        if made:
            definitions.guess_all(workspace)
            plan_backfill(workspace, now_ms)
            # From here on polls read; should none come for long, the gap is known.
            Watermark.objects.create(workspace=workspace, job="events", ms=now_ms)
        elif (workspace.account_id, workspace.name) != (
            account.pk,
            item["friendly_name"],
        ):
            workspace.account, workspace.name = account, item["friendly_name"]
            workspace.save()
    return workspace


def plan_backfill(workspace: Workspace, now_ms: int) -> None:
    plan_windows(workspace, now_ms - BACKFILL_DAYS * DAY_MS, now_ms)


def plan_windows(workspace: Workspace, start_ms: int, end_ms: int) -> None:
    """Windows of six hours that cover the stretch; jobs read them newest first."""
    first = start_ms - start_ms % WINDOW_MS
    starts = range(first, end_ms, WINDOW_MS)
    Window.objects.bulk_create(
        [
            Window(workspace=workspace, start_ms=one, end_ms=one + WINDOW_MS)
            for one in starts
        ],
        ignore_conflicts=True,
    )
    # A window that was read before may lack what happened since.
    Window.objects.filter(
        workspace=workspace, start_ms__in=list(starts), end_ms__gt=start_ms
    ).update(state="waiting")


def note_callbacks(workspace: Workspace) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(callbacks=True)
