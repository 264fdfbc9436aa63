"""One account's TaskRouter: reads are tried again, writes are not."""

import json
import random
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
from twilio.rest import Client as Twilio

from statsync.client.answers import judged, loaded, member, relative
from statsync.client.errors import Refused, TaskRouterError, Throttled, Unreachable
from statsync.client.pool import DEADLINE_SECONDS, Pool

TRIES = 3
PAUSE_SECONDS = 0.3
LONGEST_PAUSE_SECONDS = 5.0
PAGE_SIZE = 1000


class Client:
    """One account. `base_url` points it at any TaskRouter."""

    def __init__(
        self,
        base_url: str,
        account_sid: str,
        auth_token: str,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._pool = Pool(transport)
        self._twilio = Twilio(account_sid, auth_token, http_client=self._pool)
        self._twilio.taskrouter.base_url = base_url

    def close(self) -> None:
        self._pool.close()

    # Reads: tried again, for reading twice does no harm.

    def workspace(self, sid: str) -> dict[str, Any]:
        return self._get(below(sid, []))

    def resource(self, workspace_sid: str, parts: list[str]) -> dict[str, Any]:
        return self._get(below(workspace_sid, parts))

    def events_page(self, workspace_sid: str, start: str, end: str | None) -> bytes:
        """One page, newest first, of at most PAGE_SIZE; ISO times, end None is now."""
        params: dict[str, object] = {
            "StartDate": start,
            "EndDate": end,
            "PageSize": PAGE_SIZE,
        }
        return self._read(f"Workspaces/{workspace_sid}/Events", params).encode()

    def events_pages(
        self, workspace_sid: str, start: str, end: str | None, type: str
    ) -> Iterator[bytes]:
        """Every page of one type, by `next_page_url`."""
        at: str | None = f"Workspaces/{workspace_sid}/Events"
        params: dict[str, object] | None = {
            "StartDate": start,
            "EndDate": end,
            "EventType": type,
            "PageSize": PAGE_SIZE,
        }
        while at:
            text = self._read(at, params)
            yield text.encode()
            after = member(loaded(text), "meta", dict).get("next_page_url")
            at, params = (relative(after), None) if after else (None, None)

    def listed(self, workspace_sid: str, path: str, key: str) -> list[dict[str, Any]]:
        """Every item of a list, by `next_page_url`."""
        at: str | None = f"Workspaces/{workspace_sid}/{path}"
        params: dict[str, object] | None = {"PageSize": PAGE_SIZE}
        items: list[dict[str, Any]] = []
        while at:
            page = self._get(at, params)
            items += member(page, key, list)
            after = member(page, "meta", dict).get("next_page_url")
            at, params = (relative(after), None) if after else (None, None)
        return items

    def realtime(self, workspace_sid: str) -> str:
        return self._read(f"Workspaces/{workspace_sid}/RealTimeStatistics")

    def realtime_queues(self, workspace_sid: str, sids: list[str]) -> str:
        """In bulk, at most fifty at a time. A POST that reads: tried again too."""
        path = f"Workspaces/{workspace_sid}/TaskQueues/RealTimeStatistics"
        return self._again("POST", path, json_body={"queueSids": sids})

    def realtime_workers(self, workspace_sid: str) -> str:
        return self._read(f"Workspaces/{workspace_sid}/Workers/RealTimeStatistics")

    def cumulative(self, workspace_sid: str, minutes: int) -> str:
        path = f"Workspaces/{workspace_sid}/CumulativeStatistics"
        return self._read(path, {"Minutes": minutes})

    def cumulative_queue(self, workspace_sid: str, sid: str, minutes: int) -> str:
        path = f"Workspaces/{workspace_sid}/TaskQueues/{sid}/CumulativeStatistics"
        return self._read(path, {"Minutes": minutes})

    # Writes: once. An answer that is lost may have been a yes.

    def write(
        self, method: str, workspace_sid: str, parts: list[str], form: dict[str, Any]
    ) -> dict[str, Any]:
        """POST or DELETE at these parts below the workspace. Raises TaskRouterError."""
        where = below(workspace_sid, parts)
        text = self._once(method, where, data=form if method == "POST" else None)
        return loaded(text) if text else {}

    def _get(
        self, path: str, params: dict[str, object] | None = None
    ) -> dict[str, Any]:
        return loaded(self._read(path, params))

    def _read(self, path: str, params: dict[str, object] | None = None) -> str:
        return self._again("GET", path, params=params)

    def _again(self, method: str, path: str, **options: Any) -> str:
        ends = time.monotonic() + DEADLINE_SECONDS
        for n in range(1, TRIES + 1):
            try:
                return self._once(method, path, **options)
            except (Throttled, Unreachable) as error:
                pause = wait_before(n, error)
                if n == TRIES or time.monotonic() + pause > ends:
                    raise
                time.sleep(pause)
        raise AssertionError("unreachable: the last try returns or raises")

    def _once(
        self,
        method: str,
        path: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        json_body: dict[str, object] | None = None,
    ) -> str:
        before, _, query = path.partition("?")
        uri = self._twilio.taskrouter.v1.absolute_url(before)
        uri = f"{uri}?{query}" if query else uri
        if json_body is None:
            return judged(self._twilio.request(method, uri, params, data))
        # The SDK sends forms alone; bulk statistics want JSON.
        headers = {"Content-Type": "application/json"}
        body = json.dumps(json_body).encode()
        auth = self._twilio.auth
        return judged(self._pool.send(method, uri, headers, auth, content=body))


def below(workspace_sid: str, parts: list[str]) -> str:
    """An address in the workspace. Raises Refused for a part that would lead out of
    it: `Workers/..` is the workspace itself, and DELETE would take all of it."""
    every = [workspace_sid, *parts]
    wrong = [part for part in every if part in {"", ".", ".."}]
    if wrong:
        raise Refused(0, 0, f"“{wrong[0]}” is no name of anything; nothing was asked.")
    return "/".join(["Workspaces", *(quote(part, safe="") for part in every)])


def wait_before(n: int, error: TaskRouterError) -> float:
    """Full jitter, or as long as we were asked to wait."""
    if isinstance(error, Throttled) and error.retry_after:
        return min(error.retry_after, LONGEST_PAUSE_SECONDS)
    return random.uniform(0, min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS * 2**n))
