"""The ASGI application: a callback's form in, an answer out."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import structlog
from django.conf import settings

from statsync import records
from statsync.inbox.checks import problem_with
from statsync.inbox.folder import Letter, folder
from statsync.models import Workspace

log = structlog.get_logger()
LARGEST_FORM = 256 * 1024
REMEMBERED_SECONDS = 5.0
PATIENCE_SECONDS = 12.0
"TaskRouter waits fifteen."
PATH = re.compile(r"/callbacks/(WS[0-9a-fA-F]{32})/events")
Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    words: str = ""


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI, beside Django's pages: a callback needs no session, and there are many.

    204 once the event is kept; 4xx says what is wrong with it.
    """
    answer = await answered(scope, receive)
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": answer.words.encode()})


async def answered(scope: Scope, receive: Receive) -> Answer:
    path: str = scope["path"]
    found = PATH.fullmatch(path)
    if found is None:
        return Answer(404, "There is nothing here.")
    if scope["method"] != "POST":
        return Answer(405, "Post an event callback here.")
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            body = await read_body(receive)
    except TimeoutError:
        return Answer(408, "The form did not come in time.")
    if body is None:
        return Answer(413, "The form is too large.")
    query = scope["query_string"].decode("latin1")
    url = settings.PUBLIC_URL.rstrip("/") + path + (f"?{query}" if query else "")
    return await judged(found.group(1), url, signature_in(scope), body)


async def judged(sid: str, url: str, signature: str, body: bytes) -> Answer:
    workspace = await known(sid)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return Answer(400, "The form cannot be read.")
    problem = problem_with(pairs, workspace, url, signature)
    if problem or workspace is None:
        log.warning("inbox.refused", why=problem)
        return Answer(403, problem)
    form = dict(pairs)
    try:
        record = records.from_callback(form)
    except (KeyError, ValueError) as error:
        return Answer(400, f"The event cannot be read: {error}.")
    letter = Letter(workspace, form, record)
    folder.take(letter)
    return await folded(letter)


async def folded(letter: Letter) -> Answer:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.wrap_future(letter.done)
    except TimeoutError:
        return Answer(503, "Too much at once; the event will be read from the feed.")
    except Exception:  # told in the log where it happened
        return Answer(500, "The event could not be kept.")
    return Answer(204)


async def read_body(receive: Receive) -> bytes | None:
    """None when it is larger than a callback can be."""
    parts, size, more = [], 0, True
    while more and size <= LARGEST_FORM:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
    return None if size > LARGEST_FORM else b"".join(parts)


def signature_in(scope: Scope) -> str:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    return headers.get(b"x-twilio-signature", b"").decode("latin1")


async def known(sid: str) -> Workspace | None:
    """The connected workspace with its account, remembered for a few seconds."""
    until, workspace = _known.get(sid, (0.0, None))
    if time.monotonic() < until:
        return workspace
    rows = Workspace.objects.select_related("account").filter(sid=sid)
    workspace = await rows.afirst()
    if workspace is not None:
        _known[sid] = (time.monotonic() + REMEMBERED_SECONDS, workspace)
    return workspace


_known: dict[str, tuple[float, Workspace | None]] = {}
