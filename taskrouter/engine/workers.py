"""Workers: their making, their activity, their attributes."""

from taskrouter.engine import activities, checks, reservations, transfers
from taskrouter.engine.channels import give_channel
from taskrouter.engine.checks import changed, given, or_empty, or_unset
from taskrouter.engine.commands import CreateWorker, DeleteWorker, UpdateWorker
from taskrouter.engine.events import NOTHING, Measured, worker_block
from taskrouter.engine.records import RESERVATION_LIVE, Worker
from taskrouter.engine.refusal import Refused
from taskrouter.engine.turn import Turn

MOST = 15_000


def create(turn: Turn, command: CreateWorker) -> Worker:
    workspace = checks.the_workspace(turn.state, command.workspace_sid)
    name = checks.required_name(command.friendly_name)
    checks.free_name("worker", name, turn.state.worker_named(workspace.sid, name))
    checks.attributes(command.attributes)
    checks.at_most(turn.state, "worker", workspace.sid, MOST)
    activity_sid = or_unset(command.activity_sid)
    checks.referred(turn.state, "activity", command, "ActivitySid", activity_sid)
    worker = turn.put(
        Worker(
            sid=turn.sids.new("WK"),
            workspace_sid=workspace.sid,
            friendly_name=name,
            activity_sid=given(activity_sid, workspace.default_activity_sid),
            attributes=given(or_empty(command.attributes), "{}"),
            date_status_changed=turn.now,
            idle_since=turn.now,
            idle_order=turn.state.next_in_order(),
            date_created=turn.now,
            date_updated=turn.now,
        )
    )
    for channel in list(turn.state.inside(workspace.sid, "task_channel")):
        give_channel(turn, worker, channel)
    tell(turn, "worker.created", worker, "created")
    turn.free([worker.sid])
    return worker


def update(turn: Turn, command: UpdateWorker) -> Worker:
    worker: Worker = checks.the_current(turn.state, "worker", command)
    judge(turn, command, worker)
    fields = changed(
        worker,
        friendly_name=command.friendly_name,
        attributes=or_empty(command.attributes),
    )
    if fields:
        worker = turn.update(worker, **fields)
        # There is no event of its own for a name, and the world must hear of it.
        tell(turn, "worker.attributes.update", worker, "attributes updated")
        turn.free([worker.sid])
    if given(command.activity_sid, ""):
        worker = activities.move_worker(turn, worker, given(command.activity_sid, ""))
    if command.reject_pending_reservations is True:
        reject_pending(turn, worker)
    return turn.state.workers[worker.sid]


def judge(turn: Turn, command: UpdateWorker, worker: Worker) -> None:
    checks.name(command.friendly_name)
    name = given(command.friendly_name, "")
    bearer = turn.state.worker_named(worker.workspace_sid, name)
    checks.free_name("worker", name, bearer, worker.sid)
    checks.attributes(command.attributes)
    activity_sid = or_unset(command.activity_sid)
    checks.referred(turn.state, "activity", command, "ActivitySid", activity_sid)
    if command.reject_pending_reservations is True:
        activity = turn.state.activities.get(given(command.activity_sid, ""))
        if activity is None or activity.available:
            raise Refused(
                "RejectPendingReservations: give it together with the ActivitySid of an"
                " activity that is not available."
            )


def reject_pending(turn: Turn, worker: Worker) -> None:
    for reservation in turn.state.reservations_of_worker(worker.sid):
        if reservation.reservation_status == "pending":
            # He stays where he was sent, be it where it rang.
            reservations.reject(turn, reservation, worker.activity_sid)


def delete(turn: Turn, command: DeleteWorker) -> None:
    """What he has done stays on his tasks."""
    worker: Worker = checks.the_current(turn.state, "worker", command)
    own = turn.state.reservations_of_worker(worker.sid)
    if any(one.reservation_status in RESERVATION_LIVE for one in own):
        raise Refused(
            f"Worker {worker.friendly_name} ({worker.sid}) cannot be deleted while he holds"
            " reservations; complete or reject them first."
        )
    transfers.fail_to(turn, worker)
    tell(turn, "worker.deleted", worker, "deleted")
    for channel in turn.state.inside(worker.workspace_sid, "task_channel"):
        if own_channel := turn.state.worker_channel(worker.sid, channel.sid):
            turn.drop(own_channel)
    turn.drop(worker)


def tell(turn: Turn, type: str, worker: Worker, what: str) -> None:
    turn.tell(
        type,
        ("worker", worker.sid),
        worker.workspace_sid,
        f"Worker {worker.friendly_name} {what}",
        worker_block(turn.state, worker),
        measured=Measured(since=worker.date_status_changed)
        if type == "worker.deleted"
        else NOTHING,
    )
