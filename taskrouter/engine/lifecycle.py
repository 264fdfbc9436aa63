"""The engine's door: a command goes in; changes and events come out, or a refusal.

`decide` leaves the state either as the command wants it or exactly as it was.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from taskrouter.engine import (
    activities,
    arrivals,
    channels,
    commands,
    matching,
    offering,
    queues,
    reservations,
    tasks,
    transfers,
    workers,
    workflows,
    workspaces,
)
from taskrouter.engine.commands import Command
from taskrouter.engine.events import Event
from taskrouter.engine.records import KIND_OF, Record
from taskrouter.engine.sids import Sids
from taskrouter.engine.state import State
from taskrouter.engine.turn import Assignment, Change, Turn

PUT_OFF_MS = 60_000
"How long something due that could not be dealt with is left alone."


class Decision(msgspec.Struct, frozen=True):
    """`result` is the resource asked for, as it now is; None after a deletion."""

    result: Record | None
    changes: tuple[Change, ...]
    events: tuple[Event, ...]
    assignments: tuple[Assignment, ...]


def decide(state: State, command: Command, now: int, sids: Sids) -> Decision:
    """Carries the command out at `now` (ms). Raises Refused and changes nothing."""
    turn = Turn(state, now, sids, command.source)
    try:
        result = DOERS[type(command)](turn, command)
        settle(turn)
        ring_further(turn)
    except BaseException:
        turn.take_back()
        if turn.handling:
            state.due.put_off(turn.handling, now + PUT_OFF_MS)
        raise
    if result is not None:
        result = state.get(KIND_OF[type(result)], result.sid)
    return Decision(result, turn.changes(), tuple(turn.events), tuple(turn.assignments))


def settle(turn: Turn) -> None:
    """Lets everyone who got room look for work, until nobody finds any."""
    while turn.freed:
        worker_sid = next(iter(turn.freed))
        del turn.freed[worker_sid]
        # He may have room for more, and others have been idle longer by now.
        if offering.offer_work_to(turn, worker_sid):
            turn.free([worker_sid])


def ring_further(turn: Turn) -> None:
    """Where some no longer ring and others do, the queue's number is filled up."""
    for task_sid in turn.short:
        task = turn.state.tasks.get(task_sid)
        if task is not None and matching.may_ring_further(turn, task):
            offering.offer(turn, task)


def next_due(state: State) -> int | None:
    """When the next TimePassed is needed, ms; None: nothing is under way."""
    return state.due.next()


def time_passed(turn: Turn, command: commands.TimePassed) -> None:
    """All that is due. What fails is put off, so that it holds up nothing else."""
    while (found := turn.state.due.first(turn.now)) is not None:
        turn.handling = found
        kind, sid = found
        if kind == "reservation":
            reservations.time_out(turn, turn.state.reservations[sid])
        else:
            tasks.due(turn, turn.state.tasks[sid])
        settle(turn)
        turn.handling = None


DOERS: dict[type[Command], Callable[[Turn, Any], Any]] = {
    commands.CreateWorkspace: workspaces.create,
    commands.UpdateWorkspace: workspaces.update,
    commands.DeleteWorkspace: workspaces.delete,
    commands.CreateActivity: activities.create,
    commands.UpdateActivity: activities.update,
    commands.DeleteActivity: activities.delete,
    commands.CreateTaskChannel: channels.create,
    commands.UpdateTaskChannel: channels.update,
    commands.DeleteTaskChannel: channels.delete,
    commands.CreateWorker: workers.create,
    commands.UpdateWorker: workers.update,
    commands.DeleteWorker: workers.delete,
    commands.UpdateWorkerChannel: channels.update_of_worker,
    commands.CreateTaskQueue: queues.create,
    commands.UpdateTaskQueue: queues.update,
    commands.DeleteTaskQueue: queues.delete,
    commands.CreateWorkflow: workflows.create,
    commands.UpdateWorkflow: workflows.update,
    commands.DeleteWorkflow: workflows.delete,
    commands.CreateTask: arrivals.create,
    commands.UpdateTask: tasks.update,
    commands.DeleteTask: tasks.delete,
    commands.UpdateReservation: reservations.update,
    commands.CancelReservation: reservations.cancel,
    commands.CreateTransfer: transfers.create,
    commands.CancelTransfer: transfers.cancel,
    commands.TimePassed: time_passed,
}
