"""The centre in the present, over HTTP alone: what it knows, the API has told it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import structlog

from taskrouter.simulation import plan, scripts
from taskrouter.simulation.asks import (
    Answer,
    Arrive,
    Ask,
    Cue,
    HandOver,
    HangUp,
    Move,
    Names,
    Retarget,
)
from taskrouter.simulation.director import SECOND, Director

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
        director: Director,
        clock: Callable[[], int],
    ) -> None:
        """`client` carries the base address and the credentials."""
        self._client, self._director, self._clock = client, director, clock
        self._workspace_sid = workspace_sid
        self._root = f"/v1/Workspaces/{workspace_sid}"
        self._woken = asyncio.Event()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()

    async def begin(self, callback_url: str, staff: list[plan.Person]) -> None:
        """Takes up whatever was going on when it was left."""
        await self._learn(callback_url)
        by_name = {person.name: person for person in staff}
        workers = await self._list("Workers", "workers")
        people = {
            one["sid"]: by_name[one["friendly_name"]]
            for one in workers
            if one["friendly_name"] in by_name
        }
        self._director.begin(people, self._clock())
        await self._resume(workers)

    async def live(self) -> None:
        """Until cancelled."""
        while True:
            await self._wait()
            await self._room.acquire()
            task = asyncio.create_task(self._act(self._director.take()))
            self._under_way.add(task)
            task.add_done_callback(self._finished)

    async def act_next(self) -> None:
        await self._act(self._director.take())

    def wake(self) -> None:
        """The agenda has changed."""
        self._woken.set()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._room.release()
        if not task.cancelled() and task.exception() is not None:
            log.error("simulation.broken", error=repr(task.exception()))

    def offered(self, form: dict[str, str], channel: str) -> None:
        """An assignment callback has come."""
        self._director.offered(
            form["ReservationSid"],
            form["TaskSid"],
            form["WorkerSid"],
            channel,
            self._clock(),
        )
        self._woken.set()

    async def _learn(self, callback_url: str) -> None:
        """The names of things; and has our workflows tell us of their offers."""
        flows = await self._list("Workflows", "workflows")
        queues = await self._list("TaskQueues", "task_queues")
        self._names = Names(
            self._workspace_sid,
            named(await self._list("Activities", "activities")),
            named(queues),
            named(flows),
        )
        for queue in queues:
            if queue["target_workers"] == scripts.MISTYPED:
                # A script was left before it had put this right.
                right = plan.QUEUES["Claims"]
                await self._post(f"TaskQueues/{queue['sid']}", {"TargetWorkers": right})
        for flow in flows:
            url = f"{callback_url}?workflow={flow['friendly_name']}"
            ours = flow["friendly_name"] in plan.RINGING_SECONDS
            if ours and flow["assignment_callback_url"] != url:
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
                self._director.waits(task["sid"], channels[task["sid"]], now)
            if task["assignment_status"] in ("reserved", "assigned", "wrapping"):
                path = f"Tasks/{task['sid']}/Reservations"
                for one in await self._list(path, "reservations"):
                    self._take_up(one, channels[task["sid"]], now)

    def _take_up(self, one: dict[str, Any], channel: str, now: int) -> None:
        status = one["reservation_status"]
        if status == "pending":
            self._director.offered(
                one["sid"], one["task_sid"], one["worker_sid"], channel, now
            )
        elif status in ("accepted", "wrapping"):
            self._director.answered(
                Answer(one["sid"], one["task_sid"], one["worker_sid"], channel, status),
                now,
            )

    async def _wait(self) -> None:
        """Until something planned is due; news may bring it forward."""
        while True:
            self._woken.clear()
            due = self._director.next()
            left = 3600.0 if due is None else (due - self._clock()) / 1000
            if left <= 0:
                return
            try:
                async with asyncio.timeout(left):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _act(self, ask: Ask) -> None:
        """Asks TaskRouter. It may refuse: the caller was faster, the task is gone."""
        if isinstance(ask, Cue):
            scripts.play(ask, self._director, self._clock())
        elif not isinstance(ask, HangUp) or self._director.still_waits(ask.task_sid):
            sid = await self._sid_of(ask)
            self._director.heard(ask, sid, self._clock())
        self._woken.set()

    async def _sid_of(self, ask: Ask) -> str | None:
        """Of what TaskRouter did; None where it did nothing."""
        path, form = request_for(ask, self._director, self._names, self._clock())
        try:
            answer = await self._client.post(path, data=form)
        except httpx.HTTPError as error:
            log.warning("simulation.unheard", error=repr(error))
            await asyncio.sleep(PAUSE_AFTER_ERROR_SECONDS)
            return None
        return str(answer.json()["sid"]) if answer.is_success else None

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


def named(found: list[dict[str, Any]]) -> dict[str, str]:
    return {one["friendly_name"]: one["sid"] for one in found}


def request_for(
    ask: Ask, director: Director, names: Names, now: int
) -> tuple[str, dict[str, str]]:
    """The address to post to, and the form."""
    inside = f"/v1/Workspaces/{names.workspace_sid}"
    match ask:
        case Arrive():
            form = task_form(ask, director.attributes_of(ask), names, now)
            return f"{inside}/Tasks", form
        case HangUp(task_sid):
            form = {"AssignmentStatus": "canceled", "Reason": "hangup"}
            return f"{inside}/Tasks/{task_sid}", form
        case Answer(reservation_sid, task_sid):
            path = f"{inside}/Tasks/{task_sid}/Reservations/{reservation_sid}"
            return path, {"ReservationStatus": ask.status}
        case HandOver(answer, to, mode):
            form = {"To": names.queues.get(to, to), "Mode": mode}
            form["ReservationSid"] = answer.reservation_sid
            return f"/signalbox{inside}/Tasks/{answer.task_sid}/Transfers", form
        case Move(worker_sid, activity):
            form = {"ActivitySid": names.activities[activity]}
            return f"{inside}/Workers/{worker_sid}", form
        case Retarget(queue, expression):
            path = f"{inside}/TaskQueues/{names.queues[queue]}"
            return path, {"TargetWorkers": expression}
    raise AssertionError(f"nobody asks TaskRouter for {ask}")


def task_form(ask: Arrive, attributes: str, names: Names, now: int) -> dict[str, str]:
    form = {
        "WorkflowSid": names.workflows[ask.demand.workflow],
        "TaskChannel": ask.demand.channel,
        "Attributes": attributes,
    }
    if (wishes := ask.wishes) is not None:
        if wishes.ttl_seconds:
            form["Timeout"] = str(wishes.ttl_seconds)
        if wishes.waits_since_seconds:
            since = now // SECOND - wishes.waits_since_seconds
            form["VirtualStartTime"] = datetime.fromtimestamp(since, UTC).isoformat()
        if wishes.worker_sid:
            form["RoutingTarget"] = wishes.worker_sid
    return form
