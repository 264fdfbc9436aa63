"""What happens because time passes, and when."""

import heapq
from typing import TYPE_CHECKING, Any

from taskrouter.engine.records import TASK_WAITING, Reservation, Task

if TYPE_CHECKING:
    from taskrouter.engine.state import State

ASSIGNED_AT_MOST_MS = 86_400_000
FORGOTTEN_AFTER_MS = 300_000
"How long a finished task is still to be read."
RANK = {"reservation": 0, "task": 1}


def due_of(record: Reservation | Task) -> int | None:
    """When something is to be done about it if nothing else happens."""
    if isinstance(record, Reservation):
        pending = record.reservation_status == "pending"
        return record.timeout_at if pending else None
    if record.ended_at is not None:
        return record.ended_at + FORGOTTEN_AFTER_MS
    if record.assignment_status in TASK_WAITING:
        expires = record.date_created + record.timeout * 1000
        leaves = record.target_ends if record.assignment_status == "pending" else None
        return expires if leaves is None else min(expires, leaves)
    assert record.assigned_at is not None
    return record.assigned_at + ASSIGNED_AT_MOST_MS


class DueTimes:
    """A heap that is never searched: an entry that no longer holds is dropped on top."""

    def __init__(self, state: "State") -> None:
        self._state = state
        self._heap: list[tuple[int, int, str, str]] = []

    def watch(self, kind: str, record: Any) -> None:
        due = due_of(record)
        if due is not None:
            heapq.heappush(self._heap, (due, RANK[kind], kind, record.sid))

    def next(self) -> int | None:
        """The earliest time at which something is due, ms."""
        while self._heap:
            due, _, kind, sid = self._heap[0]
            record = self._state.get(kind, sid)
            if record is not None and due_of(record) == due:
                return due
            heapq.heappop(self._heap)
        return None

    def take(self, now: int) -> tuple[str, str] | None:
        """Kind and sid of the first thing due by `now`; the entry is used up."""
        due = self.next()
        if due is None or due > now:
            return None
        _, _, kind, sid = heapq.heappop(self._heap)
        return kind, sid
