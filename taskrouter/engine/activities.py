"""Activities: what workers do, and whether they take tasks meanwhile."""

from taskrouter.engine import checks
from taskrouter.engine.checks import given
from taskrouter.engine.commands import CreateActivity, DeleteActivity, UpdateActivity
from taskrouter.engine.events import Measured, seconds, text, worker_block
from taskrouter.engine.records import (
    IN_HAND,
    Activity,
    Reservation,
    Worker,
)
from taskrouter.engine.refusal import Refused
from taskrouter.engine.turn import Turn

MOST = 100


def create(turn: Turn, command: CreateActivity) -> Activity:
    checks.the_workspace(turn.state, command.workspace_sid)
    name = checks.required_name(command.friendly_name)
    checks.free_name("activity", name, named(turn, command.workspace_sid, name))
    checks.at_most(turn.state, "activity", command.workspace_sid, MOST)
    available = given(command.available, False)
    return create_activity(turn, command.workspace_sid, name, available)


def create_activity(
    turn: Turn, workspace_sid: str, name: str, available: bool
) -> Activity:
    activity = turn.put(
        Activity(
            sid=turn.sids.new("WA"),
            workspace_sid=workspace_sid,
            friendly_name=name,
            available=available,
            date_created=turn.now,
            date_updated=turn.now,
        )
    )
    tell(turn, "created", activity)
    return activity


def update(turn: Turn, command: UpdateActivity) -> Activity:
    activity: Activity = checks.the_current(turn.state, "activity", command)
    checks.name(command.friendly_name)
    name = given(command.friendly_name, activity.friendly_name)
    bearer = named(turn, activity.workspace_sid, name)
    checks.free_name("activity", name, bearer, activity.sid)
    if name == activity.friendly_name:
        return activity
    activity = turn.update(activity, friendly_name=name)
    tell(turn, "updated", activity)
    # Queues may ask for the activity's name, so its workers may belong elsewhere now.
    turn.free(one.sid for one in turn.state.in_activity(activity.sid))
    return activity


def named(turn: Turn, workspace_sid: str, name: str) -> Activity | None:
    """There are at most 100 to look through."""
    activities = turn.state.inside(workspace_sid, "activity")
    return next((one for one in activities if one.friendly_name == name), None)


def delete(turn: Turn, command: DeleteActivity) -> None:
    activity: Activity = checks.the_current(turn.state, "activity", command)
    users = used_by(turn, activity)
    if users:
        raise Refused(
            f"Activity {activity.friendly_name} ({activity.sid}) cannot be deleted: it is"
            f" {users}; change that first."
        )
    turn.drop(activity)
    tell(turn, "deleted", activity)


def used_by(turn: Turn, activity: Activity) -> str:
    """Who needs the activity, in words; "" where nobody does."""
    state, sid = turn.state, activity.sid
    workspace = state.workspaces[activity.workspace_sid]
    if sid == workspace.default_activity_sid:
        return "the default activity of the Workspace"
    if sid == workspace.timeout_activity_sid:
        return "the timeout activity of the Workspace"
    workers = len(state.in_activity(sid))
    if workers:
        return f"held by {workers} of the workers"
    for queue in state.inside(workspace.sid, "task_queue"):
        if sid in (queue.reservation_activity_sid, queue.assignment_activity_sid):
            return f"used by the TaskQueue {queue.friendly_name}"
    for held in state.inside(workspace.sid, "reservation"):
        if goes_to(held) == sid:
            return "where a worker goes once a reservation of his ends"
    return ""


def goes_to(held: Reservation) -> str | None:
    """The activity that awaits the worker: he rings, or was told so by an instruction."""
    if held.reservation_status in IN_HAND:
        return held.post_work_activity_sid
    moved = held.reservation_status == "pending" and held.activity_while_sid
    return held.activity_before_sid if moved else None


def move_worker(turn: Turn, worker: Worker, activity_sid: str) -> Worker:
    """Moves the worker to the activity; nothing happens if he is there already."""
    if worker.activity_sid == activity_sid:
        return worker
    previous = turn.state.activities[worker.activity_sid]
    following = turn.state.activities[activity_sid]
    became_available = following.available and not previous.available
    spent = turn.now - worker.date_status_changed
    worker = turn.update(
        worker,
        activity_sid=activity_sid,
        date_status_changed=turn.now,
        # Who was available already keeps his place.
        **(idle_from_now(turn, worker) if became_available else {}),
    )
    name = following.friendly_name
    turn.tell(
        "worker.activity.update",
        ("worker", worker.sid),
        worker.workspace_sid,
        f"Worker {worker.friendly_name} updated to {name} Activity",
        worker_block(turn.state, worker),
        {
            "worker_previous_activity_sid": previous.sid,
            "worker_previous_activity_name": previous.friendly_name,
            "worker_time_in_previous_activity": seconds(spent),
            "worker_time_in_previous_activity_ms": text(spent),
        },
        measured=Measured(since=turn.now - spent),
    )
    turn.free([worker.sid])
    return worker


def idle_from_now(turn: Turn, worker: Worker) -> dict[str, int]:
    """Goes to the back, also on each channel that has idle clocks of its own."""
    clock = {"idle_since": turn.now, "idle_order": turn.state.next_in_order()}
    for channel in turn.state.inside(worker.workspace_sid, "task_channel"):
        own = turn.state.worker_channel(worker.sid, channel.sid)
        if own is not None and channel.channel_optimized_routing:
            turn.touch(own, **clock)
    return clock


def tell(turn: Turn, what: str, activity: Activity) -> None:
    turn.tell(
        f"activity.{what}",
        ("activity", activity.sid),
        activity.workspace_sid,
        f"Activity {activity.friendly_name} {what}",
        {
            "activity_sid": activity.sid,
            "activity_name": activity.friendly_name,
            "activity_available": text(activity.available),
        },
    )
