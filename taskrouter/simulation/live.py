"""The centre in the present, over HTTP alone: what it knows, the API has told it."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import structlog

from taskrouter.simulation import director, plan

log = structlog.get_logger()
AT_ONCE = 8
PAUSE_AFTER_ERROR_SECONDS = 1.0
PATH = "/simulation/offers"
"Where the assignment callback of the centre's workflows leads."


class Centre:
    """The plan carried out against one workspace."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        workspace_sid: str,
        stage: director.Director,
        clock: Callable[[], int],
    ) -> None:
        """`client` carries the base address and the credentials."""
        self._client, self._stage, self._clock = client, stage, clock
        self._root = f"/v1/Workspaces/{workspace_sid}"
        self._woken = asyncio.Event()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self, callback_url: str, staff: list[plan.Person]) -> None:
        """Until cancelled. Takes up whatever was going on when it was left."""
        await self._learn(callback_url)
        by_name = {person.name: person for person in staff}
        workers = await self._list("Workers", "workers")
        people = {
            one["sid"]: by_name[one["friendly_name"]]
            for one in workers
            if one["friendly_name"] in by_name
        }
        self._stage.begin(people, self._clock())
        await self._resume(workers)
        while True:
            await self._wait()
            await self._room.acquire()
            task = asyncio.create_task(self._act(self._stage.take()))
            self._under_way.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._room.release()
        if not task.cancelled() and task.exception() is not None:
            log.error("simulation.broken", error=repr(task.exception()))

    def offered(self, form: dict[str, str], channel: str) -> None:
        """An assignment callback has come."""
        self._stage.offered(
            form["ReservationSid"],
            form["TaskSid"],
            form["WorkerSid"],
            channel,
            self._clock(),
        )
        self._woken.set()

    async def _learn(self, callback_url: str) -> None:
        activities = await self._list("Activities", "activities")
        self._activities = {one["friendly_name"]: one["sid"] for one in activities}
        self._flows = {}
        for flow in await self._list("Workflows", "workflows"):
            self._flows[flow["friendly_name"]] = flow["sid"]
            named = flow["friendly_name"] in plan.RINGING_SECONDS
            url = f"{callback_url}?workflow={flow['friendly_name']}"
            if named and flow["assignment_callback_url"] != url:
                await self._post(
                    f"Workflows/{flow['sid']}", {"AssignmentCallbackUrl": url}
                )

    async def _resume(self, workers: list[dict[str, Any]]) -> None:
        """Calls and offers that were under way go on; callers who wait stay impatient."""
        now = self._clock()
        tasks = await self._list("Tasks", "tasks")
        channels = {one["sid"]: one["task_channel_unique_name"] for one in tasks}
        for task in tasks:
            if task["assignment_status"] in ("pending", "reserved"):
                self._stage.waits(task["sid"], channels[task["sid"]], now)
            if task["assignment_status"] in ("reserved", "assigned", "wrapping"):
                path = f"Tasks/{task['sid']}/Reservations"
                for one in await self._list(path, "reservations"):
                    self._take_up(one, channels[task["sid"]], now)

    def _take_up(self, one: dict[str, Any], channel: str, now: int) -> None:
        status = one["reservation_status"]
        if status == "pending":
            self._stage.offered(
                one["sid"], one["task_sid"], one["worker_sid"], channel, now
            )
        elif status in ("accepted", "wrapping"):
            self._stage.answered(
                director.Answer(
                    one["sid"], one["task_sid"], one["worker_sid"], channel, status
                ),
                now,
            )

    async def _wait(self) -> None:
        """Until something planned is due; news may bring it forward."""
        while True:
            self._woken.clear()
            due = self._stage.next()
            left = 3600.0 if due is None else (due - self._clock()) / 1000
            if left <= 0:
                return
            try:
                async with asyncio.timeout(left):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _act(self, ask: director.Ask) -> None:
        """Asks TaskRouter. It may refuse: the caller was faster, the task is gone."""
        if isinstance(ask, director.HangUp) and not self._stage.still_waits(
            ask.task_sid
        ):
            return
        try:
            answer = await self._ask(ask)
        except httpx.HTTPError as error:
            log.warning("simulation.unheard", error=str(error))
            await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
            answer = None
        self._heard(ask, answer)
        self._woken.set()

    def _heard(self, ask: director.Ask, answer: httpx.Response | None) -> None:
        now = self._clock()
        done = answer is not None and answer.is_success
        if isinstance(ask, director.Arrive):
            sid = answer.json()["sid"] if answer is not None and done else None
            self._stage.arrived(ask, sid, now)
        elif isinstance(ask, director.Answer) and done:
            self._stage.answered(ask, now)
        elif isinstance(ask, director.Move):
            self._stage.moved(ask, now)

    async def _ask(self, ask: director.Ask) -> httpx.Response:
        if isinstance(ask, director.Arrive):
            form = {
                "WorkflowSid": self._flows[ask.demand.workflow],
                "TaskChannel": ask.demand.channel,
                "Attributes": self._stage.attributes_of(ask),
            }
            return await self._post("Tasks", form)
        if isinstance(ask, director.HangUp):
            form = {"AssignmentStatus": "canceled", "Reason": "hangup"}
            return await self._post(f"Tasks/{ask.task_sid}", form)
        if isinstance(ask, director.Answer):
            path = f"Tasks/{ask.task_sid}/Reservations/{ask.reservation_sid}"
            return await self._post(path, {"ReservationStatus": ask.status})
        form = {"ActivitySid": self._activities[ask.activity]}
        return await self._post(f"Workers/{ask.worker_sid}", form)

    async def _post(self, path: str, form: dict[str, str]) -> httpx.Response:
        return await self._client.post(f"{self._root}/{path}", data=form)

    async def _list(self, path: str, key: str) -> list[dict[str, Any]]:
        """Every page."""
        found: list[dict[str, Any]] = []
        url: str | None = f"{self._root}/{path}?PageSize=1000"
        while url:
            answer = (await self._client.get(url)).raise_for_status().json()
            found += answer[key]
            url = answer["meta"]["next_page_url"]
        return found
