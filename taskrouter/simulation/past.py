"""Days that are over, played before anybody looks."""

from taskrouter.engine import commands
from taskrouter.engine.events import Event
from taskrouter.engine.state import State
from taskrouter.simulation import plan
from taskrouter.simulation.director import Director
from taskrouter.simulation.playing import Engine, Play, engine

DAY_MS = 86_400_000


def play(
    account_sid: str, seed: int, workers: int, days: int, now: int
) -> tuple[State, list[Event], str]:
    """The centre as it is at `now` after those days; its events; its workspace's sid."""
    past = engine(f"past {seed} {now}")
    start = now - days * DAY_MS
    workspace_sid, staff = furnish(past, account_sid, seed, workers, start)
    if days and workers:
        director = Director(f"past {seed}", workers)
        director.begin(staff, start)
        Play(past, director, past.names(workspace_sid)).until(now)
    return past.state, past.events, workspace_sid


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
