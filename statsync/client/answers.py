"""TaskRouter's answers: the body of a good one, an error of ours for any other."""

import json
from typing import Any

import httpx
from twilio.http.response import Response

from statsync.client.errors import (
    Garbled,
    NotAuthorised,
    Refused,
    Throttled,
    Unreachable,
)


def judged(answer: Response) -> str:
    """The body of a 2xx. Raises TaskRouterError."""
    status = answer.status_code
    if status == 429:
        raise Throttled(seconds(answer.headers.get("Retry-After")))
    if status >= 500:
        raise Unreachable(f"TaskRouter is in trouble (HTTP {status}).")
    if status >= 400:
        raise refusal(status, answer.text)
    if not 200 <= status < 300:
        raise Garbled(f"TaskRouter answered HTTP {status}.")
    return str(answer.text)


def refusal(status: int, text: str) -> Refused:
    try:
        body = json.loads(text)
        code, message = int(body["code"]), str(body["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        code, message = 0, "TaskRouter refused without a reason."
    kind = NotAuthorised if status in (401, 403) else Refused
    return kind(status, code, message)


def seconds(header: str | None) -> float:
    try:
        return max(0.0, float(header or 0))
    except ValueError:
        return 0.0


def loaded(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Garbled("An answer is not valid JSON.") from None
    if not isinstance(value, dict):
        raise Garbled("An answer is no JSON object.")
    return value


def member(body: dict[str, Any], name: str, kind: type) -> Any:
    value = body.get(name)
    if not isinstance(value, kind):
        raise Garbled(f"An answer lacks {name}.")
    return value


def relative(url: str) -> str:
    """Below /v1: pages are followed at the address we were given, nowhere else."""
    parts = httpx.URL(url)
    return parts.raw_path.decode().removeprefix("/v1/")
