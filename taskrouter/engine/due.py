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
STALE_AT_LEAST = 1_000
"So many entries that no longer hold are not worth a new heap."
Found = tuple[str, str]
"Kind and sid."


def due_of(record: Reservation | Task) -> int | None:
    """When something is to be done about it if nothing else happens."""
    if isinstance(record, Reservation):
        pending = record.reservation_status == "pending"
        return record.timeout_at if pending else None
    if record.ended_at is not None:
        return record.ended_at + FORGOTTEN_AFTER_MS
    if record.assignment_status in TASK_WAITING:
        expires = expires_at(record)
        leaves = record.target_ends if record.assignment_status == "pending" else None
        return expires if leaves is None else min(expires, leaves)
    assert record.assigned_at is not None
    return record.assigned_at + ASSIGNED_AT_MOST_MS


def expires_at(task: Task) -> int:
    """Its time to live counts from creation, and anew from the start of a transfer."""
    begun = task.date_created if task.transferred_at is None else task.transferred_at
    return begun + task.timeout * 1000


class DueTimes:
    """A heap that is never searched: an entry that no longer holds is dropped on top."""

    def __init__(self, state: "State") -> None:
        self._state = state
        self._heap: list[tuple[int, int, int, str, str]] = []
        self._due: dict[str, int] = {}
        self._not_before: dict[str, int] = {}

    def watch(self, kind: str, record: Any) -> None:
        due = due_of(record)
        if due is None:
            self._due.pop(record.sid, None)
            return
        due = max(due, self._not_before.get(record.sid, due))
        if self._due.get(record.sid) == due:
            return
        self._due[record.sid] = due
        entry = due, RANK[kind], self._sequence_of(record), kind, record.sid
        heapq.heappush(self._heap, entry)
        if len(self._heap) > 2 * len(self._due) + STALE_AT_LEAST:
            self._sweep()

    def _sequence_of(self, record: Reservation | Task) -> int:
        """Of what is due in the same moment, the task that was made first comes first."""
        if isinstance(record, Reservation):
            return self._state.tasks[record.task_sid].sequence
        return record.sequence

    def forget(self, sid: str) -> None:
        self._due.pop(sid, None)
        self._not_before.pop(sid, None)

    def _sweep(self) -> None:
        """Most entries are out of date, as after a day of finished tasks."""
        self._heap = [one for one in self._heap if self._due.get(one[-1]) == one[0]]
        heapq.heapify(self._heap)

    def next(self) -> int | None:
        """The earliest time at which something is due, ms."""
        while self._heap:
            due, *_, sid = self._heap[0]
            if self._due.get(sid) == due:
                return due
            heapq.heappop(self._heap)
        return None

    def first(self, now: int) -> Found | None:
        """The first thing due by `now`. It stays first until it is dealt with."""
        due = self.next()
        if due is None or due > now:
            return None
        *_, kind, sid = self._heap[0]
        return kind, sid

    def put_off(self, found: Found, until: int) -> None:
        """It could not be dealt with; others shall not wait for it."""
        kind, sid = found
        self._not_before[sid] = until
        self.watch(kind, self._state.get(kind, sid))
