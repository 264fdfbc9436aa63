"""Days that are over, played through the engine with a fast clock."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from taskrouter.engine import commands
from taskrouter.engine.events import Event
from taskrouter.engine.lifecycle import Decision, decide, next_due
from taskrouter.engine.refusal import Refused
from taskrouter.engine.sids import Sids
from taskrouter.engine.state import State
from taskrouter.simulation import director, plan

DAY_MS = 86_400_000


@dataclass
class Past:
    """A state that has lived, and everything that happened in it."""

    state: State
    sids: Sids
    events: list[Event] = field(default_factory=list)

    def do(self, command: commands.Command, now: int) -> Decision:
        decision = decide(self.state, command, now, self.sids)
        self.events += decision.events
        return decision


def play(
    account_sid: str, seed: int, workers: int, days: int, now: int
) -> tuple[State, list[Event], str]:
    """The centre as it is at `now` after those days; its events; its workspace's sid."""
    past = Past(State(), Sids(random.Random(f"past {seed} {now}")))
    start = now - days * DAY_MS
    workspace_sid, staff = furnish(past, account_sid, seed, workers, start)
    if days and workers:
        live_through(past, workspace_sid, staff, seed, (start, now))
    return past.state, past.events, workspace_sid


def furnish(
    past: Past, account_sid: str, seed: int, workers: int, now: int
) -> tuple[str, dict[str, plan.Person]]:
    """Workspace, activities, queues, workflows and workers, as the plan has them."""
    workspace = past.do(
        commands.CreateWorkspace(account_sid=account_sid, friendly_name=plan.NAME), now
    ).result
    assert workspace is not None
    ws = workspace.sid
    for name in plan.ACTIVITIES:
        past.do(commands.CreateActivity(workspace_sid=ws, friendly_name=name), now)
    missed = activity_named(past.state, ws, plan.MISSED)
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


def hire(past: Past, ws: str, person: plan.Person, now: int) -> str:
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


def activity_named(state: State, ws: str, name: str) -> str:
    found: Iterator[Any] = state.inside(ws, "activity")
    return str(next(one.sid for one in found if one.friendly_name == name))


def live_through(
    past: Past,
    ws: str,
    staff: dict[str, plan.Person],
    seed: int,
    window: tuple[int, int],
) -> None:
    start, end = window
    stage = director.Director(f"past {seed}", len(staff))
    stage.begin(staff, start)
    names = {one.friendly_name: one.sid for one in past.state.inside(ws, "activity")}
    flows = {one.friendly_name: one.sid for one in past.state.inside(ws, "workflow")}
    while True:
        due, planned = next_due(past.state), stage.next()
        now = min(end if due is None else due, end if planned is None else planned)
        if now >= end:
            return
        if due is not None and due <= now:
            told(stage, past.do(commands.TimePassed(), now), now)
        else:
            act(past, ws, stage, names, flows, now)


def act(
    past: Past,
    ws: str,
    stage: director.Director,
    names: dict[str, str],
    flows: dict[str, str],
    now: int,
) -> None:
    """Carries out the next thing planned; a refusal is what a real caller would get."""
    ask = stage.take()
    if isinstance(ask, director.HangUp) and not stage.still_waits(ask.task_sid):
        return
    try:
        decision = past.do(command_for(ask, ws, stage, names, flows), now)
    except Refused:
        if isinstance(ask, director.Arrive):
            stage.arrived(ask, None, now)
        return
    told(stage, decision, now)
    if isinstance(ask, director.Arrive):
        assert decision.result is not None
        stage.arrived(ask, decision.result.sid, now)
    elif isinstance(ask, director.Answer):
        stage.answered(ask, now)
    elif isinstance(ask, director.Move):
        stage.moved(ask, now)


def told(stage: director.Director, decision: Decision, now: int) -> None:
    for event in decision.events:
        if event.type == "reservation.created":
            stage.offered(
                event.resource_sid,
                event.task_sid,
                event.worker_sid,
                event.data["task_channel_unique_name"],
                now,
            )


def command_for(
    ask: director.Ask,
    ws: str,
    stage: director.Director,
    names: dict[str, str],
    flows: dict[str, str],
) -> commands.Command:
    if isinstance(ask, director.Arrive):
        return commands.CreateTask(
            workspace_sid=ws,
            workflow_sid=flows[ask.demand.workflow],
            task_channel=ask.demand.channel,
            attributes=stage.attributes_of(ask),
        )
    if isinstance(ask, director.HangUp):
        return commands.UpdateTask(
            workspace_sid=ws,
            sid=ask.task_sid,
            assignment_status="canceled",
            reason="hangup",
        )
    if isinstance(ask, director.Answer):
        return commands.UpdateReservation(
            workspace_sid=ws, sid=ask.reservation_sid, reservation_status=ask.status
        )
    return commands.UpdateWorker(
        workspace_sid=ws, sid=ask.worker_sid, activity_sid=names[ask.activity]
    )
