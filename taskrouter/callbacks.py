"""Tells the world: event and assignment callbacks, signed, through the guard.

What is to be sent lies in the outbox, written with the events themselves, so a kill
loses nothing. An event that cannot be delivered is given up after a while: whoever
missed it reads it from /Events.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import structlog

from taskrouter import guard
from taskrouter.engine.commands import (
    TASKROUTER,
    UNSET,
    CancelReservation,
    UpdateReservation,
)
from taskrouter.engine.events import seconds, text
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State
from taskrouter.owner import NotSaved, Owner
from taskrouter.signature import sign
from taskrouter.store import Letter

log = structlog.get_logger()
AT_ONCE = 64
EVENT_SECONDS = 15.0
ASSIGNMENT_SECONDS = 5.0
PAUSES_SECONDS = (1, 2, 4, 8, 16)
"Between the tries of one event callback."
TIDY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Identity:
    account_sid: str
    auth_token: str


class NotDelivered(Exception):
    """Why a callback was not answered as it should be."""


class Callbacks:
    def __init__(
        self, owner: Owner, identity: Identity, allowed: Sequence[guard.Network]
    ) -> None:
        self._owner, self._identity, self._allowed = owner, identity, allowed
        self._letters: asyncio.Queue[Letter] = asyncio.Queue()
        self._done: list[int] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._later: set[asyncio.Task[None]] = set()
        owner.on_letters = self._take

    def _take(self, letters: list[Letter]) -> None:
        for letter in letters:
            self._letters.put_nowait(letter)

    async def start(self) -> None:
        self._client = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=AT_ONCE),
        )
        self._tasks = [asyncio.create_task(self._send()) for _ in range(AT_ONCE)]
        self._tasks.append(asyncio.create_task(self._tidy()))

    async def stop(self) -> None:
        for task in [*self._tasks, *self._later]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._later, return_exceptions=True)
        await self._forget_done()
        await self._client.aclose()

    async def _send(self) -> None:
        while True:
            letter = await self._letters.get()
            try:
                if letter.kind == "assignment":
                    await self._assign(letter)
                else:
                    await self._tell(letter, 0)
            except Exception:
                # One letter must not cost the others their sender, nor come back.
                log.exception("callback.broken", about=letter.subject_sid)
                self._done.append(letter.id)

    async def _tidy(self) -> None:
        """Deletes what was delivered, many at once."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            await self._forget_done()

    async def _forget_done(self) -> None:
        if self._done:
            done, self._done = self._done, []
            await self._owner.delivered(done)

    async def _tell(self, letter: Letter, tries: int) -> None:
        url = letter.body["url"]
        try:
            await self._post(url, letter.body["form"], EVENT_SECONDS)
        except NotDelivered as why:
            if tries < len(PAUSES_SECONDS):
                self._again(letter, tries)
                return
            log.warning(
                "callback.given_up", url=url, about=letter.subject_sid, why=str(why)
            )
        self._done.append(letter.id)

    def _again(self, letter: Letter, tries: int) -> None:
        """Tries once more after a pause, without keeping others waiting."""

        async def later() -> None:
            await asyncio.sleep(PAUSES_SECONDS[tries])
            await self._tell(letter, tries + 1)

        task = asyncio.create_task(later())
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _post(
        self, url: str, form: dict[str, str], limit: float
    ) -> httpx.Response:
        """The 2xx answer. Raises NotDelivered."""
        try:
            async with asyncio.timeout(limit):
                # Resolved for every call, and the connection goes to the judged address.
                pinned = await asyncio.to_thread(guard.judge, url, self._allowed)
                response = await self._client.post(
                    pinned.url.copy_with(host=pinned.ip),
                    data=form,
                    headers={
                        "Host": pinned.url.netloc.decode(),
                        "X-Twilio-Signature": sign(
                            self._identity.auth_token, str(pinned.url), form
                        ),
                        "User-Agent": "Signalbox TaskRouter",
                    },
                    extensions={"sni_hostname": pinned.host},
                    timeout=limit,
                )
        except (guard.Forbidden, httpx.HTTPError, TimeoutError) as error:
            raise NotDelivered(f"{type(error).__name__} {error}") from None
        if not response.is_success:
            raise NotDelivered(f"answered {response.status_code}")
        return response

    async def _assign(self, letter: Letter) -> None:
        """Asks what to do with a reservation; the fallback address is the second try."""
        form = await self._owner.read(
            lambda state, now: assignment_form(state, letter.subject_sid, now)
        )
        if form is not None:
            form["AccountSid"] = self._identity.account_sid
            await self._ask_and_obey(letter, form)
        self._done.append(letter.id)

    async def _ask_and_obey(self, letter: Letter, form: dict[str, str]) -> None:
        for url in filter(None, (letter.body["url"], letter.body["fallback_url"])):
            try:
                response = await self._post(url, form, ASSIGNMENT_SECONDS)
                await self._obey(form, read_instruction(response))
                return
            except (NotDelivered, NotSaved, Refused) as why:
                log.warning("assignment.failed", url=url, why=str(why))
        await self._owner.do(
            CancelReservation(
                workspace_sid=form["WorkspaceSid"],
                sid=letter.subject_sid,
                source=TASKROUTER,
            )
        )

    async def _obey(self, form: dict[str, str], instruction: dict[str, Any]) -> None:
        if not instruction:
            return
        await self._owner.do(
            UpdateReservation(
                workspace_sid=form["WorkspaceSid"],
                sid=form["ReservationSid"],
                instruction=str(instruction.get("instruction", "")),
                worker_activity_sid=instruction.get("activity_sid") or UNSET,
                source=TASKROUTER,
            )
        )


TEXTS = ("instruction", "activity_sid")


def read_instruction(response: httpx.Response) -> dict[str, Any]:
    """{} where there is none. Raises NotDelivered on what is no instruction."""
    if not response.content.strip():
        return {}
    if "json" not in response.headers.get("content-type", ""):
        raise NotDelivered("40000: the answer is not application/json")
    try:
        instruction = json.loads(response.content)
    except ValueError:
        raise NotDelivered("40001: the answer is not valid JSON") from None
    if not isinstance(instruction, dict):
        raise NotDelivered("40005: the answer holds no instruction")
    wrong = [name for name in TEXTS if not isinstance(instruction.get(name, ""), str)]
    if wrong:
        raise NotDelivered(f"{wrong[0]}: must be text")
    return instruction


def assignment_form(
    state: State, reservation_sid: str, now: int
) -> dict[str, str] | None:
    """What the receiver is told; None when the reservation no longer rings."""
    reservation = state.reservations.get(reservation_sid)
    if reservation is None or reservation.reservation_status != "pending":
        return None
    task = state.tasks[reservation.task_sid]
    worker = state.workers[reservation.worker_sid]
    return {
        "WorkspaceSid": reservation.workspace_sid,
        "WorkflowSid": reservation.workflow_sid or "",
        "TaskQueueSid": reservation.task_queue_sid,
        "WorkerSid": worker.sid,
        "WorkerName": worker.friendly_name,
        "WorkerAttributes": worker.attributes,
        "TaskSid": task.sid,
        "TaskAttributes": task.attributes,
        "TaskAge": seconds(now - task.date_created),
        "TaskPriority": text(task.priority),
        "ReservationSid": reservation.sid,
        "Timestamp": seconds(now),
    }
