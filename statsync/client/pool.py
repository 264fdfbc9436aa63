"""The SDK's way out: one pool, a deadline and a size limit on every call."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
from twilio.http import HttpClient
from twilio.http.response import Response

from statsync.client.errors import Garbled, Unreachable

DEADLINE_SECONDS = 30.0
SILENCE_SECONDS = 10.0
"A connection that says nothing for so long is given up."
LARGEST_BODY = 16 * 1024 * 1024


class Pool(HttpClient):  # type: ignore[misc]
    """The SDK's way out. One httpx client, so connections are kept."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(
            timeout=httpx.Timeout(SILENCE_SECONDS, connect=5.0),
            follow_redirects=False,
            trust_env=True,
            transport=transport,
        )

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Raises Unreachable, Garbled."""
        given = {k: v for k, v in (params or {}).items() if v is not None}
        return self.send(method, uri, headers, auth, params=given or None, data=data)

    def send(
        self,
        method: str,
        uri: str,
        headers: dict[str, str] | None,
        auth: tuple[str, str] | None,
        **content: Any,
    ) -> Response:
        try:
            with self._http.stream(
                method, uri, headers=headers, auth=auth, **content
            ) as answer:
                body = b"".join(limited(answer))
        except httpx.InvalidURL as error:
            raise Unreachable(f"{uri} is not an address: {error}.") from None
        except httpx.TimeoutException:
            raise Unreachable(
                f"TaskRouter at {host(uri)} did not answer in time."
            ) from None
        except httpx.HTTPError as error:
            raise Unreachable(
                f"TaskRouter at {host(uri)} cannot be reached: {error}."
            ) from None
        return Response(answer.status_code, decoded(body), answer.headers)

    def close(self) -> None:
        self._http.close()


def limited(answer: httpx.Response) -> Iterator[bytes]:
    """The body, while it keeps within time and size."""
    ends, size = time.monotonic() + DEADLINE_SECONDS, 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > LARGEST_BODY:
            raise Garbled(f"An answer of more than {LARGEST_BODY} bytes was cut off.")
        if time.monotonic() > ends:
            raise Unreachable(f"An answer took longer than {DEADLINE_SECONDS:g} s.")
        yield part


def decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Garbled("An answer is not UTF-8 text.") from None


def host(uri: str) -> str:
    return httpx.URL(uri).netloc.decode()
