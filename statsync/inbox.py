"""Receives TaskRouter's event callbacks: checked, kept and folded before the answer.

The signature does not bind names to values and never ages, so the names must be those we
know, the moment must be near, and what is told stays provisional until a poll confirms it.
"""

import asyncio
import queue
import re
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import structlog
from django.conf import settings
from django.db import (
    InterfaceError,
    OperationalError,
    close_old_connections,
    transaction,
)

from clock import now_ms
from statsync import records
from statsync.actions import health, inbox, ingest
from statsync.models import Workspace
from statsync.signature import is_valid

log = structlog.get_logger()
OLDEST_MS, FUTURE_MS = 15 * 60_000, 5 * 60_000
LARGEST_FORM = 256 * 1024
AT_ONCE = 200
GATHER_SECONDS = 0.005
"What TaskRouter did at once comes as several callbacks; they are folded together."
REMEMBERED_SECONDS = 5.0
PATH = re.compile(r"/callbacks/(WS[0-9a-fA-F]{32})/events")
Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
PATIENCE_SECONDS = 12.0
"TaskRouter waits fifteen."

NAMES = frozenset(
    """
    AccountSid WorkspaceSid WorkspaceName EventType EventDescription ResourceType
    ResourceSid Timestamp TimestampMs Sid OperatingUnitSid ActivitySid ActivityName
    ActivityAvailable TaskChannelSid TaskChannelName TaskChannelUniqueName
    TaskChannelOptimizedRouting WorkflowSid WorkflowName TaskQueueSid TaskQueueName
    TaskQueueTargetExpression WorkerSid WorkerName WorkerAttributes WorkerActivitySid
    WorkerActivityName WorkerVersion WorkerPreviousActivitySid WorkerPreviousActivityName
    WorkerTimeInPreviousActivity WorkerTimeInPreviousActivityMs WorkerChannelAvailable
    WorkerChannelAvailableCapacity WorkerChannelPreviousCapacity WorkerChannelTaskCount
    WorkerChannelCapacity WorkerChannelConsumedCapacity TaskSid TaskAttributes TaskAge
    TaskPriority TaskAssignmentStatus TaskDateCreated TaskQueueEnteredDate
    TaskVirtualStartTime TaskVersion TaskIgnoreCapacity TaskRoutingTarget
    TaskReEvaluatedReason TaskCanceledReason TaskCompletedReason Reason
    PreviousTaskQueueSid PreviousTaskQueueName PreviousTaskPriority TargetChangedReason
    WorkflowFilterName WorkflowFilterExpression WorkflowFilterTargetName
    WorkflowFilterTargetExpression ReservationSid ReservationVersion ReservationStatus
    KnownWorkerSid TaskTransferSid TransferType TransferMode TransferTo TransferStatus
    TransferInitiatingWorkerSid TransferInitiatingReservationSid TransferStarted
    TransferFailedReason
    """.split()
)


@dataclass(frozen=True, slots=True)
class Letter:
    workspace: Workspace
    form: Mapping[str, str]
    record: records.EventRecord
    done: "Future[None]"


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
    body = await read_body(receive)
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
    letter = Letter(workspace, form, record, Future())
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


def problem_with(
    pairs: Sequence[tuple[str, str]],
    workspace: Workspace | None,
    url: str,
    signature: str,
) -> str:
    """Why a callback is not believed, in words; "" where it is."""
    if workspace is None:
        return "This workspace is not connected."
    form = dict(pairs)
    if not is_valid(signature, workspace.account.auth_token, url, form):
        return "The signature does not fit; is PUBLIC_URL the address TaskRouter calls?"
    unknown = sorted(form.keys() - NAMES)
    if unknown or len(form) != len(pairs):
        return f"Unknown or repeated parameters: {', '.join(unknown)}."
    if form.get("WorkspaceSid") != workspace.sid:
        return "WorkspaceSid: not the workspace of this address."
    stamp = form.get("TimestampMs", "")
    age = now_ms() - int(stamp) if stamp.isdigit() else OLDEST_MS + 1
    if not -FUTURE_MS <= age <= OLDEST_MS:
        return "TimestampMs: too far from now."
    return ""


class Folder:
    """One thread that folds whatever has come meanwhile in one transaction."""

    def __init__(self) -> None:
        self._letters: queue.SimpleQueue[Letter] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def take(self, letter: Letter) -> None:
        self._letters.put(letter)
        with self._lock:
            if self._thread is not None:
                if self._thread.is_alive():
                    return
                log.error("inbox.thread_ended", remedy="starting another")
            self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            letters = [one for one in self._gather() if is_awaited(one)]
            try:
                for own in by_workspace(letters):
                    answer(own)
            except Exception as error:
                # Whatever it is, those who come next must still be served.
                log.exception("inbox.broken", letters=len(letters))
                refuse([one for one in letters if not one.done.done()], error)

    def _gather(self) -> list[Letter]:
        batch = [self._letters.get()]
        time.sleep(GATHER_SECONDS)
        while len(batch) < AT_ONCE and not self._letters.empty():
            batch.append(self._letters.get())
        return batch


def is_awaited(letter: Letter) -> bool:
    """False where nobody waits any more; from now on its waiting cannot be called off."""
    return letter.done.set_running_or_notify_cancel()


def by_workspace(letters: list[Letter]) -> list[list[Letter]]:
    found: dict[int, list[Letter]] = defaultdict(list)
    for letter in letters:
        found[letter.workspace.pk].append(letter)
    return list(found.values())


def answer(letters: list[Letter]) -> None:
    """Folds them together or, should that fail, each by itself."""
    close_old_connections()
    try:
        fold(letters)
    except (OperationalError, InterfaceError) as error:
        # No letter's fault: the database is busy or away.
        log.exception("inbox.not_folded", letters=len(letters))
        refuse(letters, error)
    except Exception as error:
        if len(letters) > 1:
            for letter in letters:
                answer([letter])
        else:
            log.exception("inbox.not_folded", sid=letters[0].record.sid)
            set_aside(letters[0])
            refuse(letters, error)
    else:
        for letter in letters:
            letter.done.set_result(None)


def refuse(letters: list[Letter], error: Exception) -> None:
    for letter in letters:
        letter.done.set_exception(error)


def set_aside(letter: Letter) -> None:
    """Its form is kept for a day, for whoever wants to know."""
    inbox.keep(letter.workspace, [letter.form], now_ms())
    inbox.mark(letter.workspace, [letter.record.sid], "unreadable")


def fold(letters: list[Letter]) -> None:
    workspace, now = letters[0].workspace, now_ms()
    with transaction.atomic():
        inbox.keep(workspace, [letter.form for letter in letters], now)
        ingest.ingest(workspace, [letter.record for letter in letters], False, now)
        inbox.mark(workspace, [letter.record.sid for letter in letters], "folded")
    newest = max(letter.record.ms for letter in letters)
    health.note_success(workspace, "callback", now, now - newest)


folder = Folder()
