"""The only writer: state in memory, commands in turn, one commit for all that wait.

Nothing is answered before it is saved, and nothing unsaved is ever read. A commit that
fails leaves memory as the rows say. While PostgreSQL is away, whoever asks is told so.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import structlog
from django.db import DatabaseError, connections

from taskrouter import lock, outbox, store
from taskrouter.asked import Ask, NotSaved, Unsure, answer, fail
from taskrouter.engine.commands import Command, TimePassed
from taskrouter.engine.lifecycle import Decision, decide, next_due
from taskrouter.engine.refusal import Refused
from taskrouter.engine.sids import Sids
from taskrouter.engine.state import State
from taskrouter.models import DATABASE

log = structlog.get_logger()
T = TypeVar("T")
MOST_IN_A_COMMIT = 500
LONGEST_SLEEP_MS = 60_000
REST_SECONDS = 1.0
"After a commit that failed: what is due is due again at once, and would fail again."
PATIENCE_SECONDS = 10.0
"So long those wait of whose commit nobody knows what became of it."
LEAVING_SECONDS = 60.0
"PostgreSQL may take so long to notice that our old connection is gone, and free its lock."
SET_BACK_MS = 60_000
"A clock that goes back further than this is worth a word."


class Owner:
    def __init__(self, clock: Callable[[], int], seed: int | None = None) -> None:
        """`clock` gives ms since 1970 UTC; it is asked once per group of commands."""
        self._clock = clock
        self._sids = Sids(random.Random(seed))
        self._asks: list[Ask] = []
        self._woken = asyncio.Event()
        # One thread, so that every write and the lock share one connection.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="owner")
        self._state = State()
        self._last = 0
        self._set_back = False
        self._rests_until = 0.0
        "By the monotonic clock; until then nothing due is dealt with unasked."
        self._hold = lock.Hold()
        self._away = False
        self._handed_on = 0
        "The last letter's id: theirs only grow."
        self._turns: asyncio.Task[None] | None = None
        self.on_letters: Callable[[list[outbox.Letter]], None] = lambda letters: None

    async def start(self) -> None:
        """Takes the lock, loads the state, begins. Raises lock.AlreadyOwned."""
        self._hold = await self._in_thread(lock.hold)
        await self._load()
        self._turns = asyncio.create_task(self._take_turns(), name="owner")
        self._turns.add_done_callback(lambda turns: self._give_up())

    async def stop(self) -> None:
        """Answers what was asked before, then ends."""
        if self._turns is not None and not self._turns.done():
            with suppress(NotSaved):
                await self.read(lambda state, now: None)
            self._turns.cancel()
        await self._in_thread(close_connection)
        self._thread.shutdown()
        if self._hold.file is not None:
            self._hold.file.close()

    @property
    def last(self) -> int:
        """When something happened last, ms; 0: nothing has yet."""
        return self._last

    def ended(self) -> asyncio.Task[None]:
        """Done when the owner can take no more turns, which is never its own wish."""
        assert self._turns is not None
        return self._turns

    async def do(self, command: Command) -> Any:
        """The resource as the command left it, saved. Raises Refused or NotSaved."""
        return await self._ask(command)

    async def read(self, look: Callable[[State, int], T]) -> T:
        """What `look` makes of the saved state at the present (ms)."""
        found: T = await self._ask(look)
        return found

    async def import_past(
        self, state: State, events: list[Any], left: str | None
    ) -> None:
        """Fills an empty database and goes on from there."""
        await self._held(store.import_past, state, events, left)
        await self._load()
        self._woken.set()

    async def delivered(self, ids: list[int]) -> None:
        await self._held(outbox.delivered, ids)

    async def prune(self, before: int) -> int:
        """Deletes a few of the events older than that (ms); how many."""
        return await self._held(store.prune, before)

    def _ask(self, what: Any) -> Awaitable[Any]:
        ask = Ask(what, asyncio.get_running_loop().create_future())
        self._asks.append(ask)
        self._woken.set()
        if self._turns is not None and self._turns.done():
            self._give_up()
        return ask.answer

    def _give_up(self) -> None:
        """There are no more turns: nobody waits for one."""
        self._refuse("the database broke")

    def _refuse(self, why: str) -> None:
        """All that wait for a turn."""
        asks, self._asks = self._asks, []
        for ask in asks:
            fail(ask, NotSaved(why))

    async def _load(self) -> None:
        self._state, self._last, letters = await self._held(store.load)
        self._hand_on(letters)

    def _hand_on(self, letters: list[outbox.Letter]) -> None:
        """Those that are new: a commit nobody knew the end of may have left some."""
        new = [letter for letter in letters if letter.id > self._handed_on]
        if new:
            self._handed_on = new[-1].id
        self.on_letters(new)

    async def _held(self, work: Callable[..., T], *args: Any) -> T:
        """Under the lock; should it be lost, the next turn begins with taking it again."""
        try:
            return await self._in_thread(self._hold.work, work, *args)
        except lock.Away:
            self._away = True
            self._woken.set()
            raise

    async def _in_thread(self, work: Callable[..., T], *args: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, *args)

    def _now(self) -> int:
        """Never goes back, also not over a restart: events stay in order."""
        told = self._clock()
        if self._last - told > SET_BACK_MS and not self._set_back:
            log.warning(
                "clock.set_back",
                seconds=(self._last - told) // 1000,
                remedy="time stands still here until the clock has caught up",
            )
        self._set_back = self._last - told > SET_BACK_MS
        self._last = max(told, self._last)
        return self._last

    async def _take_turns(self) -> None:
        while True:
            await self._sleep()
            if self._away:
                await self._come_back()
            asks, self._asks = (
                self._asks[:MOST_IN_A_COMMIT],
                self._asks[MOST_IN_A_COMMIT:],
            )
            now = self._now()
            self._look(asks, now)
            await self._change(
                [ask for ask in asks if isinstance(ask.what, Command)], now
            )

    async def _sleep(self) -> None:
        """Until somebody asks or something is due."""
        self._woken.clear()
        if self._asks or self._away:
            return
        due = next_due(self._state)
        left = LONGEST_SLEEP_MS if due is None else due - self._clock()
        seconds = max(min(left, LONGEST_SLEEP_MS) / 1000, self._rest())
        if seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    def _rest(self) -> float:
        """Seconds that are left of it."""
        return self._rests_until - time.monotonic()

    def _look(self, asks: list[Ask], now: int) -> None:
        """Reads come first: what is in memory now is saved."""
        for ask in asks:
            if isinstance(ask.what, Command) or ask.answer.cancelled():
                continue
            try:
                ask.answer.set_result(ask.what(self._state, now))
            except Exception as error:
                ask.answer.set_exception(error)

    async def _change(self, asks: list[Ask], now: int) -> None:
        decided: list[tuple[Ask, Decision]] = []
        decisions = self._let_time_pass(now)
        for ask in asks:
            decision = self._decide(ask, now)
            if decision is not None:
                decided.append((ask, decision))
                decisions.append(decision)
        if not any(one.changes or one.events for one in decisions) or (
            await self._save(decisions, decided)
        ):
            for ask, decision in decided:
                answer(ask, decision.result)

    def _let_time_pass(self, now: int) -> list[Decision]:
        """What is due. The engine puts off what fails; the next turn does the rest."""
        due = next_due(self._state)
        if due is None or due > now or self._rest() > 0:
            return []
        try:
            return [decide(self._state, TimePassed(), now, self._sids)]
        except Exception:
            log.exception("owner.put_off", remedy="it is tried again in a minute")
            return []

    def _decide(self, ask: Ask, now: int) -> Decision | None:
        assert isinstance(ask.what, Command)
        try:
            return decide(self._state, ask.what, now, self._sids)
        except Refused as refused:
            fail(ask, refused)
        except Exception as error:
            log.exception("owner.broken", command=type(ask.what).__name__)
            fail(ask, error)
        return None

    async def _save(
        self, decisions: list[Decision], decided: list[tuple[Ask, Decision]]
    ) -> bool:
        try:
            letters = await self._held(store.save, decisions)
        except Exception as error:
            told = log.error if isinstance(error, DatabaseError) else log.exception
            told("owner.not_saved", why=str(error), remedy="loading the state again")
            self._rests_until = time.monotonic() + REST_SECONDS
            saved = False
            try:
                saved = await self._come_back([ask for ask, _ in decided], decisions)
            finally:
                # Also where not even loading works: whoever asked is to know why.
                for ask, _ in decided if not saved else ():
                    fail(ask, NotSaved(str(error).strip()))
            return saved
        self._hand_on(letters)
        return True

    async def _come_back(
        self, unsure: Sequence[Ask] = (), decisions: Sequence[Decision] = ()
    ) -> bool:
        """Loads the state, as soon as that can be done; whether the decisions are in it."""
        began = time.monotonic()
        while True:
            try:
                self._hold = await self._in_thread(self._hold.again)
                saved = await self._held(store.is_saved, decisions)
                await self._load()
                self._away = False
                return saved
            except lock.Away as away:
                why = str(away)
            except lock.AlreadyOwned as owned:
                if time.monotonic() - began > LEAVING_SECONDS:
                    raise
                why = str(owned)
            self._refuse(why)
            if time.monotonic() - began > PATIENCE_SECONDS:
                for ask in unsure:
                    fail(ask, Unsure(why))
            await asyncio.sleep(REST_SECONDS)


def close_connection() -> None:
    connections[DATABASE].close()
