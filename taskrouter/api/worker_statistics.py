"""Statistics of workers: offers, and time spent in each activity."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from taskrouter import history, serving
from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.statistics import Body, asked_of, channel_of, head, times
from taskrouter.engine import checks, statistics
from taskrouter.engine.records import Activity, TaskQueue, Worker
from taskrouter.engine.refusal import Refused, not_found
from taskrouter.engine.state import State


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a request asks about: all, or those it names by queue or by name."""

    workers: list[Worker]
    everybody: bool
    name: str | None = None
    "Whoever bore it and has been deleted since counts as well."

    @property
    def sids(self) -> list[str] | None:
        return None if self.everybody else [one.sid for one in self.workers]


@dataclass(frozen=True, slots=True)
class Asked:
    window: history.Window
    choice: Choice
    activities: dict[str, str]
    "Sid and name."


def choose(call: Call, state: State, ws: str) -> Choice:
    query = call.request.GET
    queue, name = queue_of(call, state, ws), query.get("FriendlyName") or None
    workers: list[Worker] = (
        [state.workers[sid] for sid in state.members.of_queue.get(queue.sid, ())]
        if queue
        else list(state.inside(ws, "worker"))
    )
    if name:
        workers = [one for one in workers if one.friendly_name == name]
    return Choice(workers, not (queue or name), None if queue else name)


def queue_of(call: Call, state: State, ws: str) -> TaskQueue | None:
    query = call.request.GET
    if sid := query.get("TaskQueueSid"):
        queue: TaskQueue = checks.the_one(state, "task_queue", ws, sid)
        return queue
    name = query.get("TaskQueueName")
    if not name:
        return None
    queues: Sequence[TaskQueue] = list(state.inside(ws, "task_queue"))
    found = next((one for one in queues if one.friendly_name == name), None)
    if found is None:
        raise not_found("TaskQueue", name)
    return found


def look_back(call: Call, state: State, now: int, ws: str, choice: Choice) -> Asked:
    most = settings.TASKROUTER_WORKER_STATISTICS_MOST
    if len(state.sids_inside(ws, "worker")) > most:
        raise Refused(
            f"Statistics of workers: a Workspace with more than {most} workers has none;"
            " TASKROUTER_WORKER_STATISTICS_MOST sets that limit.",
            403,
            20403,
        )
    activities: Sequence[Activity] = list(state.inside(ws, "activity"))
    names = {one.sid: one.friendly_name for one in activities}
    return Asked(asked_of(call, state, now, ws), choice, names)


def figures(asked: Asked) -> Body:
    """Read in a thread of the history."""
    window, choice = asked.window, asked.choice
    gone = gone_of(asked)
    sids = choice.sids if choice.sids is None else list({*choice.sids, *gone})
    spells = history.spells(window, sids)
    moved_since = set(gone)
    for worker in choice.workers:
        if worker.date_status_changed >= window.end:
            moved_since.add(worker.sid)
        elif worker.sid not in gone:
            began = max(worker.date_status_changed, window.start)
            spells[worker.activity_sid] += statistics.spell(began, window.end)
    history.add_spanning(window, sorted(moved_since), spells)
    names = asked.activities
    if spells.keys() - names.keys():
        past = history.deleted_activities(window)
        names = names | {sid: past[sid] for sid in past if sid in spells}
    counts = history.reservations(window, sids)
    return {**times(window), **statistics.of_workers(counts, names, spells)}


def gone_of(asked: Asked) -> dict[str, str]:
    """Those of the choice who were there in the window and have been deleted since."""
    choice = asked.choice
    if not choice.everybody and choice.name is None:
        return {}
    gone = history.deleted_workers(asked.window)
    return {
        sid: name
        for sid, name in gone.items()
        if choice.everybody or name == choice.name
    }


async def show_realtime(call: Call, ws: str) -> Answer:
    def look(state: State, now: int) -> Body:
        checks.the_workspace(state, ws)
        channel_of(call, state, ws)
        return statistics.workers_now(state, ws)

    return Answer({**head(call, ws), **await call.read(look)})


async def show_cumulative(call: Call, ws: str) -> Answer:
    def look(state: State, now: int) -> Asked:
        checks.the_workspace(state, ws)
        everybody = Choice(list(state.inside(ws, "worker")), True)
        return look_back(call, state, now, ws, everybody)

    asked = await call.read(look)
    found = await serving.current().history.ask(figures, asked)
    return Answer({**head(call, ws), **found})


async def show_both(call: Call, ws: str) -> Answer:
    def look(state: State, now: int) -> tuple[Asked, Body]:
        checks.the_workspace(state, ws)
        choice = choose(call, state, ws)
        asked = look_back(call, state, now, ws, choice)
        return asked, statistics.workers_now(state, ws, choice.sids)

    asked, present = await call.read(look)
    past = await serving.current().history.ask(figures, asked)
    return Answer({**head(call, ws), "cumulative": past, "realtime": present})


async def show_one(call: Call, ws: str, sid: str) -> Answer:
    def look(state: State, now: int) -> Asked:
        worker: Worker = checks.the_one(state, "worker", ws, sid)
        return look_back(call, state, now, ws, Choice([worker], False))

    asked = await call.read(look)
    past = await serving.current().history.ask(figures, asked)
    return Answer({**head(call, ws, worker_sid=sid), "cumulative": past})


realtime_view = endpoint(GET=show_realtime)
cumulative_view = endpoint(GET=show_cumulative)
combined_view = endpoint(GET=show_both)
one_view = endpoint(GET=show_one)
