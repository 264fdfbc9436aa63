"""Receives TaskRouter's event callbacks: checked, kept and folded before the answer.

The signature does not bind names to values and never ages, so the names must be those we
know, the moment must be near, and what is told stays provisional until a poll confirms it.
"""

import asyncio
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import close_old_connections, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from statsync import records
from statsync.actions import health, inbox, ingest
from statsync.models import Workspace
from statsync.signature import is_valid

log = structlog.get_logger()
OLDEST_MS, FUTURE_MS = 15 * 60_000, 5 * 60_000
LARGEST_FORM = 256 * 1024
AT_ONCE = 200
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


@csrf_exempt
async def receive(request: HttpRequest, workspace_sid: str) -> HttpResponse:
    """204 once the event is kept; 4xx says what is wrong with it."""
    if request.method != "POST":
        return HttpResponse("Post an event callback here.", status=405)
    if len(request.body) > LARGEST_FORM:
        return HttpResponse("The form is too large.", status=413)
    rows = Workspace.objects.select_related("account").filter(sid=workspace_sid)
    workspace = await rows.afirst()
    form = {name: str(value) for name, value in request.POST.items()}
    problem = problem_with(request, workspace, form)
    if problem or workspace is None:
        log.warning("inbox.refused", why=problem)
        return HttpResponse(problem, status=403)
    try:
        record = records.from_callback(form)
    except (KeyError, ValueError) as error:
        return HttpResponse(f"The event cannot be read: {error}.", status=400)
    letter = Letter(workspace, form, record, Future())
    folder.take(letter)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.wrap_future(letter.done)
    return HttpResponse(status=204, content_type="application/json")


def problem_with(
    request: HttpRequest, workspace: Workspace | None, form: Mapping[str, str]
) -> str:
    """Why a callback is not believed, in words; "" where it is."""
    if workspace is None:
        return "This workspace is not connected."
    url = settings.PUBLIC_URL.rstrip("/") + request.get_full_path()
    signature = request.headers.get("X-Twilio-Signature", "")
    if not is_valid(signature, workspace.account.auth_token, url, form):
        return "The signature does not fit; is PUBLIC_URL the address TaskRouter calls?"
    unknown = sorted(form.keys() - NAMES)
    if unknown or any(len(v) != 1 for _, v in request.POST.lists()):
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
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="inbox", daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        while True:
            batch = [self._letters.get()]
            while len(batch) < AT_ONCE and not self._letters.empty():
                batch.append(self._letters.get())
            by_workspace: dict[int, list[Letter]] = defaultdict(list)
            for letter in batch:
                by_workspace[letter.workspace.pk].append(letter)
            for letters in by_workspace.values():
                answer(letters)


def answer(letters: list[Letter]) -> None:
    """Folds them; whoever waits hears of a failure and TaskRouter tries again."""
    close_old_connections()
    try:
        fold(letters)
    except Exception as error:
        log.exception("inbox.not_folded", letters=len(letters))
        for letter in letters:
            letter.done.set_exception(error)
        return
    for letter in letters:
        letter.done.set_result(None)


def fold(letters: list[Letter]) -> None:
    workspace, now = letters[0].workspace, now_ms()
    with transaction.atomic():
        inbox.keep(workspace, [letter.form for letter in letters], now)
        ingest.ingest(workspace, [letter.record for letter in letters], False, now)
        inbox.mark(workspace, [letter.record.sid for letter in letters], "folded")
    newest = max(letter.record.ms for letter in letters)
    health.note_success(workspace, "callback", now, now - newest)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


folder = Folder()
