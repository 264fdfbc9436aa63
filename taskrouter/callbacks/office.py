"""Takes letters from the outbox and sees that each is delivered or given up.

What is to be sent was written with the events themselves, so a kill loses nothing. An
event that cannot be delivered is given up after a while: whoever missed it reads it from
/Events. Assignments do not wait behind events: a worker's phone rings meanwhile.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace

import structlog
from django.db import DatabaseError

from taskrouter import guard
from taskrouter.asked import NotSaved
from taskrouter.callbacks import instructions
from taskrouter.callbacks.overrides import overrides
from taskrouter.callbacks.post import NotDelivered, Post
from taskrouter.engine.commands import TASKROUTER, CancelReservation
from taskrouter.engine.events import seconds, text
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State
from taskrouter.outbox import Letter
from taskrouter.owner import Owner

log = structlog.get_logger()
KINDS = ("event", "assignment")
ASSIGNMENT_MS = 5_000
PAUSES_SECONDS = (1, 2, 4, 8, 16)
"Between the tries of one event callback."
TURN_SECONDS = 300
"An event whose turn at its host comes later than this is given up."
BROKEN_SECONDS = 1.0
"Before an offer is canceled about which nobody could be asked: the next follows at once."
TIDY_SECONDS, AFTER_FAILURE_SECONDS = 0.2, 5.0


@dataclass(frozen=True, slots=True)
class Identity:
    account_sid: str
    auth_token: str


class Callbacks:
    def __init__(
        self,
        owner: Owner,
        identity: Identity,
        allowed: Sequence[guard.Network],
        at_once: int,
    ) -> None:
        self._owner, self._identity = owner, identity
        # One for each kind, so that neither takes the other's turns at a host.
        self._post = {
            kind: Post(identity.auth_token, allowed, at_once) for kind in KINDS
        }
        self._letters: asyncio.Queue[Letter] = asyncio.Queue()
        self._untold: dict[int, asyncio.Event] = {}
        "Letters about offers, until they are told."
        self._done: list[int] = []
        self._tasks: set[asyncio.Task[None]] = set()
        owner.on_letters = self._take

    def _take(self, letters: list[Letter]) -> None:
        for letter in letters:
            if letter.kind == "assignment":
                self._untold[letter.id] = asyncio.Event()
            self._letters.put_nowait(letter)

    async def start(self) -> None:
        self._begin(self._hand_out())
        self._begin(self._tidy())

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._forget_done()
        for post in self._post.values():
            await post.close()

    async def _hand_out(self) -> None:
        """Each letter on its own: what waits, waits for its turn at its host alone."""
        while True:
            self._begin(self._send(await self._letters.get()))

    async def _send(self, letter: Letter) -> None:
        try:
            if letter.kind == "assignment":
                await self._assign(letter)
            else:
                await self._tell(letter, 0, now() + TURN_SECONDS)
        except Exception:
            # What is broken shall not come back.
            log.exception("callback.broken", about=letter.subject_sid)
            self._done.append(letter.id)
        finally:
            if told := self._untold.pop(letter.id, None):
                told.set()

    async def offers_told(self) -> None:
        """Returns when every offer made so far has been told, or has ended.

        Not those that follow from them: a receiver who is broken is offered the same
        again and again.
        """
        for told in list(self._untold.values()):
            await told.wait()

    async def _tidy(self) -> None:
        """Deletes what was delivered, many at once."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            try:
                await self._forget_done()
            except Exception as why:
                # What stays would be told again after the next start.
                told = log.error if isinstance(why, DatabaseError) else log.exception
                told("callback.not_forgotten", why=str(why), remedy="trying again")
                await asyncio.sleep(AFTER_FAILURE_SECONDS)

    async def _forget_done(self) -> None:
        if done := self._done[:]:
            await self._owner.delivered(done)
            del self._done[: len(done)]

    async def _tell(self, letter: Letter, tries: int, until: float) -> None:
        url = letter.body["url"]
        wishes, post = overrides(url), self._post["event"]
        try:
            async with post.turn(url):
                if now() > until:
                    raise NotDelivered("too many wait for their turn at this host")
                await post.send(url, letter.body["form"], wishes, letter.subject_sid)
        except NotDelivered as why:
            most = len(PAUSES_SECONDS) if wishes.retries is None else wishes.retries
            if tries < most and why.failure and wishes.again_after(why.failure):
                self._again(letter, tries, until)
                return
            log.warning(
                "callback.given_up", url=url, about=letter.subject_sid, why=str(why)
            )
        self._done.append(letter.id)

    def _again(self, letter: Letter, tries: int, until: float) -> None:
        """Tries once more after a pause, without keeping others waiting."""

        async def later() -> None:
            await asyncio.sleep(PAUSES_SECONDS[tries])
            await self._tell(letter, tries + 1, until)

        self._begin(later())

    async def _assign(self, letter: Letter) -> None:
        """Asks what to do with a reservation; the fallback address is the second try."""
        for url in filter(None, (letter.body["url"], letter.body["fallback_url"])):
            try:
                await self._ask(url, letter.subject_sid)
                break
            except (NotDelivered, NotSaved, Refused) as why:
                log.warning("assignment.failed", url=url, why=str(why))
        else:
            await asyncio.sleep(BROKEN_SECONDS)
            await self._cancel(letter.subject_sid)
        self._done.append(letter.id)

    async def _cancel(self, reservation_sid: str) -> None:
        form = await self._form(reservation_sid)
        if form is not None:
            command = CancelReservation(
                workspace_sid=form["WorkspaceSid"],
                sid=reservation_sid,
                source=TASKROUTER,
            )
            await self._owner.do(command)

    async def _form(self, reservation_sid: str) -> dict[str, str] | None:
        """What the receiver is told; None when the reservation no longer rings."""
        form = await self._owner.read(
            lambda state, now: assignment_form(state, reservation_sid)
        )
        return form and {**form, "AccountSid": self._identity.account_sid}

    async def _ask(self, url: str, reservation_sid: str) -> None:
        """Raises NotDelivered where there is no answer of 200, Refused where it is wrong."""
        wishes, post = overrides(url), self._post["assignment"]
        in_time = replace(wishes, total_ms=min(wishes.total_ms, ASSIGNMENT_MS))
        async with post.turn(url):
            # It may have ended while its turn came.
            form = await self._form(reservation_sid)
            if form is None:
                return
            answered = await post.send(url, form, in_time, reservation_sid)
        if answered.status != 200 and answered.content.strip():
            raise NotDelivered(
                f"answered {answered.status}; an instruction comes with 200"
            )
        instruction = instructions.read(answered)
        if instruction:
            await self._owner.do(instructions.command(instruction, form))


def now() -> float:
    """By the event loop's clock, seconds."""
    return asyncio.get_running_loop().time()


def assignment_form(state: State, reservation_sid: str) -> dict[str, str] | None:
    """Age and time are those of the assignment, also if it was a while ago."""
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
        "TaskAge": seconds(reservation.date_created - task.date_created),
        "TaskPriority": text(task.priority),
        "ReservationSid": reservation.sid,
        "Timestamp": seconds(reservation.date_created),
    }
