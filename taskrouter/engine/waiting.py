"""The pending tasks of each queue and channel, in the order they are offered."""

from bisect import bisect_left, insort
from collections import defaultdict
from typing import TYPE_CHECKING

from taskrouter.engine.records import Task, TaskQueue

if TYPE_CHECKING:
    from taskrouter.engine.state import State

Key = tuple[int, int, int, str]
Place = tuple[str, str]
"A queue (or a worker, for a task routed straight to him) and a channel."


class Waiting:
    def __init__(self, state: "State") -> None:
        self._state = state
        self._lines: dict[Place, list[Key]] = defaultdict(list)
        self._at: dict[str, tuple[Place, Key]] = {}

    def line(self, place: str, channel_sid: str) -> list[Key]:
        """The keys, first to be offered first; a key ends with the task's sid."""
        return self._lines.get((place, channel_sid), [])

    def task_changed(self, old: Task | None, new: Task | None) -> None:
        task = new or old
        assert task is not None
        before = self._at.get(task.sid)
        after = self._standing(new)
        if before == after:
            return
        if before:
            line = self._lines[before[0]]
            del line[bisect_left(line, before[1])]
            del self._at[task.sid]
        if after:
            insort(self._lines[after[0]], after[1])
            self._at[task.sid] = after

    def queue_changed(self, old: TaskQueue | None, new: TaskQueue | None) -> None:
        """A new order of the queue puts its tasks in a new line."""
        if old is None or new is None or old.task_order == new.task_order:
            return
        for task in self._state.inside(new.workspace_sid, "task"):
            self.task_changed(task, task)

    def _standing(self, task: Task | None) -> tuple[Place, Key] | None:
        if task is None or task.assignment_status != "pending":
            return None
        place = task.task_queue_sid or task.only_worker_sid
        return ((place, task.task_channel_sid), self.key(task)) if place else None

    def key(self, task: Task) -> Key:
        """FIFO: priority, then start. LIFO: newest first, whatever its priority."""
        queue = self._state.task_queues.get(task.task_queue_sid or "")
        if queue is not None and queue.task_order == "LIFO":
            return 0, -task.virtual_start_time, -task.sequence, task.sid
        return -task.priority, task.virtual_start_time, task.sequence, task.sid
