"""Connecting an account and a workspace: verified first, then kept."""

from django.conf import settings

from statsync import sync
from statsync.actions import accounts, health
from statsync.client import Client
from statsync.commands.ask import ask
from statsync.models import Workspace

CHANNELS_AT_FIRST = 60


def connect(
    base_url: str,
    account_sid: str,
    auth_token: str,
    workspace_sid: str,
    now_ms: int,
    callbacks: bool = True,
) -> Workspace:
    """Reads the workspace with these credentials, keeps them encrypted, guesses the
    definitions, plans the back-fill, and asks TaskRouter to call us on every event.

    Raises client.TaskRouterError; then nothing has been kept.
    """
    client = Client(base_url, account_sid, auth_token)
    try:
        item = client.workspace(workspace_sid)
    finally:
        client.close()
    account = accounts.save_account(account_sid, base_url, auth_token)
    workspace = accounts.save_workspace(account, item, now_ms)
    sync.resources(workspace, CHANNELS_AT_FIRST)
    health.note_success(workspace, "resources", now_ms)
    url = f"{settings.PUBLIC_URL.rstrip('/')}/callbacks/{workspace.sid}/events"
    if callbacks and item.get("event_callback_url") != url:
        command = ask(
            workspace,
            None,
            "workspace.update",
            "",
            {"EventCallbackUrl": url},
            "TaskRouter",
        )
        if command.state == "done":
            accounts.note_callbacks(workspace)
    return workspace
