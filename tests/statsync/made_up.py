"""A made-up day of a small centre, as the records that statsync reads."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx

from statsync import connections
from statsync.actions import accounts
from statsync.client import Client
from statsync.models import Workspace
from statsync.records import EventRecord, from_callback
from taskrouter.outbox import callback_form
from taskrouter.simulation import past

ACCOUNT_SID = "AC" + "7" * 32
NOW = 1_767_225_600_000  # 2026-01-01 00:00 UTC
DAY_MS = 86_400_000


@cache
def day(workers: int = 6) -> tuple[str, tuple[EventRecord, ...]]:
    """The workspace's sid, and a day's events in the order they happened."""
    _state, events, sid = past.play(ACCOUNT_SID, 1, workers, 1, NOW)
    return sid, tuple(from_callback(callback_form(one)) for one in events)


def connected() -> Workspace:
    """That workspace, connected, with nothing read yet."""
    account = accounts.save_account(ACCOUNT_SID, "http://127.0.0.1:1", "token")
    item = {"sid": day()[0], "friendly_name": "Made up"}
    return accounts.save_workspace(account, item, NOW)


Answer = Callable[[httpx.Request], httpx.Response]


def answered_by(workspace: Workspace, answer: Answer) -> None:
    """Whoever asks this workspace's TaskRouter is answered by a plain function."""
    account = workspace.account
    key = (account.base_url, account.sid, account.auth_token)
    connections._clients[key] = Client(*key, httpx.MockTransport(answer))


def page(*events: EventRecord | dict[str, Any] | str) -> httpx.Response:
    """One page of the events feed, the last there is."""
    texts = [one.raw if isinstance(one, EventRecord) else one for one in events]
    texts = [one if isinstance(one, str) else json.dumps(one) for one in texts]
    return httpx.Response(200, text=f'{{"events": [{", ".join(texts)}], "meta": {{}}}}')
