"""The plan carried out through the engine, with a clock as fast as the machine."""

import random
from dataclasses import dataclass, field
from typing import Any

from taskrouter.engine import commands
from taskrouter.engine.events import Event
from taskrouter.engine.lifecycle import Decision, decide, next_due
from taskrouter.engine.refusal import Refused
from taskrouter.engine.sids import Sids
from taskrouter.engine.state import State
from taskrouter.simulation import scripts
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


@dataclass
class Engine:
    """A state that lives, and everything that happened in it."""

    sids: Sids
    state: State = field(default_factory=State)
    events: list[Event] = field(default_factory=list)

    def do(self, command: commands.Command, now: int) -> Decision:
        decision = decide(self.state, command, now, self.sids)
        self.events += decision.events
        return decision

    def names(self, workspace_sid: str) -> Names:
        return Names(
            workspace_sid,
            *(
                {
                    one.friendly_name: one.sid
                    for one in self.state.inside(workspace_sid, kind)
                }
                for kind in ("activity", "task_queue", "workflow")
            ),
        )


def engine(seed: str) -> Engine:
    return Engine(Sids(random.Random(seed)))


@dataclass
class Play:
    """One workspace's people, acting in it."""

    engine: Engine
    director: Director
    names: Names

    def until(self, end: int) -> None:
        """All that comes before `end` (ms)."""
        while True:
            due, planned = next_due(self.engine.state), self.director.next()
            now = min(one for one in (due, planned, end) if one is not None)
            if now >= end:
                return
            if due is not None and due <= now:
                self._told(self.engine.do(commands.TimePassed(), now), now)
            else:
                self._act(self.director.take(), now)

    def _act(self, ask: Ask, now: int) -> None:
        """A refusal is what a real caller would get."""
        if isinstance(ask, Cue):
            scripts.play(ask, self.director, now)
            return
        if isinstance(ask, HangUp) and not self.director.still_waits(ask.task_sid):
            return
        command = command_for(ask, self.director, self.names, now)
        try:
            decision = self.engine.do(command, now)
        except Refused:
            self.director.heard(ask, None, now)
            return
        self._told(decision, now)
        assert decision.result is not None
        self.director.heard(ask, decision.result.sid, now)

    def _told(self, decision: Decision, now: int) -> None:
        for event in decision.events:
            if event.type == "reservation.created":
                self.director.offered(
                    event.resource_sid,
                    event.task_sid,
                    event.worker_sid,
                    event.data["task_channel_unique_name"],
                    now,
                )


def command_for(
    ask: Ask, director: Director, names: Names, now: int
) -> commands.Command:
    ws = names.workspace_sid
    match ask:
        case Arrive():
            return task_for(ask, director.attributes_of(ask), names, now)
        case HangUp(task_sid):
            return commands.UpdateTask(
                workspace_sid=ws,
                sid=task_sid,
                assignment_status="canceled",
                reason="hangup",
            )
        case Answer():
            return commands.UpdateReservation(
                workspace_sid=ws, sid=ask.reservation_sid, reservation_status=ask.status
            )
        case HandOver(answer, to, mode):
            return commands.CreateTransfer(
                workspace_sid=ws,
                task_sid=answer.task_sid,
                to=names.queues.get(to, to),
                mode=mode,
                reservation_sid=answer.reservation_sid,
            )
        case Move(worker_sid, activity):
            return commands.UpdateWorker(
                workspace_sid=ws,
                sid=worker_sid,
                activity_sid=names.activities[activity],
            )
        case Retarget(queue, expression):
            return commands.UpdateTaskQueue(
                workspace_sid=ws, sid=names.queues[queue], target_workers=expression
            )
    raise AssertionError(f"nobody asks TaskRouter for {ask}")


def task_for(ask: Arrive, attributes: str, names: Names, now: int) -> commands.Command:
    fields: dict[str, Any] = {}
    if (wishes := ask.wishes) is not None:
        if wishes.ttl_seconds:
            fields["timeout"] = wishes.ttl_seconds
        if wishes.waits_since_seconds:
            fields["virtual_start_time"] = now - wishes.waits_since_seconds * SECOND
        if wishes.worker_sid:
            fields["routing_target"] = wishes.worker_sid
    return commands.CreateTask(
        workspace_sid=names.workspace_sid,
        workflow_sid=names.workflows[ask.demand.workflow],
        task_channel=ask.demand.channel,
        attributes=attributes,
        **fields,
    )
