"""Connecting an account and a workspace: everything is read first, then kept."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from statsync import sync
from statsync.actions import accounts, health
from statsync.client import Client, TaskRouterError
from statsync.commands.ask import ask
from statsync.models import Workspace


@dataclass(frozen=True, slots=True)
class Connected:
    workspace: Workspace
    warning: str = ""
    "What does not work although the workspace is connected, in words."


def connect(
    base_url: str,
    account_sid: str,
    auth_token: str,
    workspace_sid: str,
    now_ms: int,
    callbacks: bool = True,
) -> Connected:
    """Reads the workspace and its lists with these credentials, keeps them encrypted,
    guesses the definitions, plans the back-fill, and asks TaskRouter to call us on every
    event.

    Raises client.TaskRouterError; then nothing has been kept.
    """
    base_url = bare(base_url)
    check("AC", "Account sid", account_sid)
    check("WS", "Workspace sid", workspace_sid)
    client = Client(base_url, account_sid, auth_token)
    try:
        item = client.workspace(workspace_sid)
        lists = sync.read_at_first(client, workspace_sid)
    finally:
        client.close()
    with transaction.atomic():
        account = accounts.save_account(account_sid, base_url, auth_token)
        workspace = accounts.save_workspace(account, item, now_ms)
        for read in lists:
            sync.store(workspace, read)
        health.note_success(workspace, "resources", now_ms)
    present = item.get("event_callback_url") or ""
    warning = call_us(workspace, present) if callbacks else ""
    return Connected(workspace, warning)


class WrongAddress(TaskRouterError):
    """An address that can be no TaskRouter's."""


def bare(base_url: str) -> str:
    """The client puts paths behind it, and the account before it."""
    address = base_url.strip().removesuffix("/")
    if not re.fullmatch(r"https?://[^/?#@\\\s]+", address, re.IGNORECASE):
        raise WrongAddress(
            "Address: scheme, host and port alone are needed, as"
            " https://taskrouter.twilio.com."
        )
    return address


class WrongSid(TaskRouterError):
    """A sid that can be none."""


def check(prefix: str, name: str, sid: str) -> None:
    if not re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", sid):
        raise WrongSid(f"{name}: {prefix} and 32 hexadecimal digits are needed.")


POLLED = "{} Boards follow by polling, some seconds later, until {} is connected again."


def call_us(workspace: Workspace, present: str) -> str:
    """Asks TaskRouter to report every event to us. What went wrong, in words."""
    url = f"{settings.PUBLIC_URL.rstrip('/')}/callbacks/{workspace.sid}/events"
    if present != url:
        changes = {"EventCallbackUrl": url}
        command = ask(workspace, None, "workspace.update", "", changes, "TaskRouter")
        if command.state != "done":
            why = f"TaskRouter will not call {url} on events: {command.answer}"
            return POLLED.format(why, workspace.name)
    accounts.note_callbacks(workspace)
    return ""
