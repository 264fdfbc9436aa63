"""Days that are over, played before anybody looks, or while they look at later ones.

Only a few days are played before the centre opens. Those before them are played later,
from the same furniture; so that both fit together, the centre is closed in between for
an all-hands meeting, after which everybody is offline and nothing is under way.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from taskrouter.engine import commands
from taskrouter.engine.events import Event
from taskrouter.engine.records import RESERVATION_LIVE, TASK_WAITING, changed
from taskrouter.engine.sids import Sids
from taskrouter.engine.state import State
from taskrouter.simulation import plan
from taskrouter.simulation.director import DAY, HOUR, MINUTE, SECOND, Director
from taskrouter.simulation.playing import Engine, Play, engine

FIRST_DAYS = 4
"So many days at most are played before anything is served."
MEETING_MS = 10 * MINUTE
VERSIONS_A_DAY = 100
"More than a worker's version grows by in a day."


@dataclass(frozen=True, slots=True)
class Before:
    """The days before those that were played first: [start, end) in ms."""

    account_sid: str
    seed: int
    workers: int
    start: int
    end: int
    opened: int
    "When the centre was seen first: of that day's demand older days had a share."

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Before":
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Opened:
    """The centre when it opens; `before` is its past that is still to be written."""

    state: State
    events: list[Event]
    workspace_sid: str
    before: Before | None = None


def play(
    account_sid: str, seed: int, workers: int, days: int, now: int
) -> tuple[State, list[Event], str]:
    """The centre as it is at `now` after those days; its events; its workspace's sid."""
    start = now - days * DAY
    before = Before(account_sid, seed, workers, start, start, now)
    past, ws, staff = furnished(before)
    if days and workers:
        live_through(past, ws, staff, before, now)
    return past.state, past.events, ws


def opened(account_sid: str, seed: int, workers: int, days: int, now: int) -> Opened:
    """Some days are played at once; where there are more, they are left for later."""
    if days <= FIRST_DAYS or not workers:
        return Opened(*play(account_sid, seed, workers, days, now))
    end = now - now % DAY - (FIRST_DAYS - 1) * DAY
    start = -(-(now - days * DAY) // DAY) * DAY
    before = Before(account_sid, seed, workers, start, end, now)
    past, ws, staff = furnished(before)
    meet(past, ws, end)
    for worker in list(past.state.workers.values()):
        version = worker.version + VERSIONS_A_DAY * days
        past.state.put(changed(worker, version=version))
    past.events.clear()
    past.sids = Sids(random.Random(f"after {seed} {end}"))
    live_through(past, ws, staff, before, now)
    return Opened(past.state, past.events, ws, before)


def live_through(
    past: Engine, ws: str, staff: dict[str, plan.Person], before: Before, end: int
) -> None:
    director = directing(f"past {before.seed}", before)
    director.begin(staff, before.end)
    Play(past, director, past.names(ws)).until(end)


def directing(seed: str, before: Before) -> Director:
    def share(ms: int) -> float:
        return plan.growth(before.opened - ms)

    return Director(seed, before.workers, share=share)


def events_before(before: Before) -> Iterator[Event]:
    """The days that were left for later, in order; always the same."""
    past, ws, staff = furnished(before)
    past.sids = Sids(random.Random(f"before {before.seed} {before.start}"))
    director = directing(f"before {before.seed}", before)
    director.begin(staff, before.start)
    play = Play(past, director, past.names(ws))
    closes = before.end - MEETING_MS
    for ms in [*range(before.start + HOUR, closes, HOUR), closes]:
        play.until(ms)
        yield from drained(past)
    close(past, ws, closes)
    meet(past, ws, before.end)
    yield from drained(past)


def drained(past: Engine) -> list[Event]:
    events, past.events = past.events, []
    return events


def close(past: Engine, ws: str, now: int) -> None:
    """Whoever waits is sent away, then what is in hand is brought to its end."""
    for task in list(past.state.tasks.values()):
        if task.assignment_status in TASK_WAITING:
            past.do(
                commands.UpdateTask(
                    workspace_sid=ws,
                    sid=task.sid,
                    assignment_status="canceled",
                    reason="closed",
                ),
                now,
            )
    for one in list(past.state.reservations.values()):
        if one.reservation_status in RESERVATION_LIVE:
            past.do(
                commands.UpdateReservation(
                    workspace_sid=ws, sid=one.sid, reservation_status="completed"
                ),
                now,
            )


def meet(past: Engine, ws: str, end: int) -> None:
    """All hands, also those who have the day off; afterwards everybody goes home."""
    activities = past.names(ws).activities
    for name, now in (("Meeting", end - MEETING_MS), (plan.OFFLINE, end - SECOND)):
        for sid in list(past.state.workers):
            past.do(
                commands.UpdateWorker(
                    workspace_sid=ws, sid=sid, activity_sid=activities[name]
                ),
                now,
            )


def furnished(before: Before) -> tuple[Engine, str, dict[str, plan.Person]]:
    past = engine(f"past {before.seed} {before.opened}")
    one = before
    return past, *furnish(past, one.account_sid, one.seed, one.workers, one.start)


def furnish(
    past: Engine, account_sid: str, seed: int, workers: int, now: int
) -> tuple[str, dict[str, plan.Person]]:
    """Workspace, activities, queues, workflows and workers, as the plan has them."""
    workspace = past.do(
        commands.CreateWorkspace(account_sid=account_sid, friendly_name=plan.NAME), now
    ).result
    assert workspace is not None
    ws = workspace.sid
    for name in plan.ACTIVITIES:
        past.do(commands.CreateActivity(workspace_sid=ws, friendly_name=name), now)
    missed = past.names(ws).activities[plan.MISSED]
    past.do(
        commands.UpdateWorkspace(workspace_sid=ws, timeout_activity_sid=missed), now
    )
    queues = {
        name: past.do(
            commands.CreateTaskQueue(
                workspace_sid=ws, friendly_name=name, target_workers=expression
            ),
            now,
        ).result.sid  # type: ignore[union-attr]
        for name, expression in plan.QUEUES.items()
    }
    for name, configuration in plan.configurations(queues).items():
        past.do(
            commands.CreateWorkflow(
                workspace_sid=ws,
                friendly_name=name,
                configuration=configuration,
                task_reservation_timeout=plan.RINGING_SECONDS[name],
            ),
            now,
        )
    people = plan.people(seed, workers)
    return ws, {hire(past, ws, person, now): person for person in people}


def hire(past: Engine, ws: str, person: plan.Person, now: int) -> str:
    worker = past.do(
        commands.CreateWorker(
            workspace_sid=ws,
            friendly_name=person.name,
            attributes=person.attributes(),
        ),
        now,
    ).result
    assert worker is not None
    for channel, capacity in plan.CAPACITY.items():
        if capacity != 1:
            past.do(
                commands.UpdateWorkerChannel(
                    workspace_sid=ws,
                    worker_sid=worker.sid,
                    sid=channel,
                    capacity=capacity,
                ),
                now,
            )
    return worker.sid
