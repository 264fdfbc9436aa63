"""The total order in which events are folded: (ms, rank, resource version, sid)."""

from collections.abc import Iterable

from statsync.records import EventRecord

# Within one millisecond: what must have come first.
RANKS = {
    type: rank
    for rank, type in enumerate(
        (
            "task.created",
            "workflow.entered",
            "task.transfer-initiated",
            "task-queue.timeout",
            "workflow.target-matched",
            "task-queue.moved",
            "task-queue.entered",
            "reservation.created",
            "reservation.accepted",
            "reservation.rejected",
            "reservation.timeout",
            "reservation.canceled",
            "reservation.rescinded",
            "task.transfer-attempt-failed",
            "task.transfer-failed",
            "task.transfer-canceled",
            "task.transfer-completed",
            "reservation.wrapup",
            "task.wrapup",
            "reservation.completed",
            "workflow.timeout",
            "workflow.skipped",
            "task.canceled",
            "task.completed",
            "task.deleted",
            "task.system-deleted",
            "worker.created",
            "worker.attributes.update",
            "worker.activity.update",
            "worker.capacity.update",
            "worker.channel.availability.update",
            "worker.deleted",
        )
    )
}
LAST_RANK = len(RANKS)


def in_order(events: Iterable[EventRecord]) -> list[EventRecord]:
    return sorted(events, key=order)


def order(event: EventRecord) -> tuple[int, int, int, str]:
    rank = RANKS.get(event.type, LAST_RANK)
    return event.ms, rank, event.resource_version, event.sid
