"""The tasks that look for workers, by queue and channel, in the order they are offered."""

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from taskrouter.engine.offers import ANY_CHANNEL
from taskrouter.engine.records import TASK_WAITING, Task, TaskQueue

if TYPE_CHECKING:
    from taskrouter.engine.state import State

Key = tuple[int, int, int, str]
Place = tuple[str, str]
"A queue (or a worker, for a task routed straight to him) and a channel."


class Lines:
    """Lines of tasks: none of them empty, each key ending with its task's sid."""

    def __init__(self) -> None:
        self._at_place: dict[str, dict[str, list[Key]]] = {}
        self._where: dict[str, tuple[Place, Key]] = {}

    def stand(self, task_sid: str, after: tuple[Place, Key] | None) -> None:
        """Puts the task there, wherever it was before; None: in no line."""
        before = self._where.get(task_sid)
        if before == after:
            return
        if before:
            self._leave(*before)
            del self._where[task_sid]
        if after:
            (place, channel_sid), key = after
            insort(
                self._at_place.setdefault(place, {}).setdefault(channel_sid, []), key
            )
            self._where[task_sid] = after

    def _leave(self, at: Place, key: Key) -> None:
        place, channel_sid = at
        line = self._at_place[place][channel_sid]
        del line[bisect_left(line, key)]
        if not line:
            del self._at_place[place][channel_sid]
        if not self._at_place[place]:
            del self._at_place[place]

    def at(self, place: str) -> dict[str, list[Key]]:
        """By channel, first to be offered first; only lines in which somebody stands."""
        return self._at_place.get(place, {})

    def standing(self, task_sid: str) -> tuple[int, int] | None:
        """Which one of its place the task is, over all channels, and of how many."""
        if task_sid not in self._where:
            return None
        (place, _), key = self._where[task_sid]
        lines = self._at_place[place].values()
        before = sum(bisect_left(line, key) for line in lines)
        return before + 1, sum(len(line) for line in lines)

    def everybody(self) -> dict[str, tuple[Place, Key]]:
        return self._where


class Waiting:
    def __init__(self, state: "State") -> None:
        self._state = state
        self.pending = Lines()
        self.short = Lines()
        "Tasks that ring already, at fewer workers than their queue allows."

    def task_changed(self, task: Task) -> None:
        if task.assignment_status not in TASK_WAITING:
            self.task_gone(task.sid)
            return
        pending, short = None, None
        if task.assignment_status == "pending":
            pending = self._standing(task)
        elif task.assignment_status == "reserved" and self._rings_at_few(task):
            short = self._standing(task)
        self.pending.stand(task.sid, pending)
        self.short.stand(task.sid, short)

    def task_gone(self, task_sid: str) -> None:
        self.pending.stand(task_sid, None)
        self.short.stand(task_sid, None)

    def queue_changed(self, old: TaskQueue | None, new: TaskQueue | None) -> None:
        """A new order of the queue puts its tasks in a new line."""
        if old is None or new is None or how_it_empties(old) == how_it_empties(new):
            return
        for task in self._state.inside(new.workspace_sid, "task"):
            if task.task_queue_sid == new.sid:
                self.task_changed(task)

    def _rings_at_few(self, task: Task) -> bool:
        queue = self._state.task_queues.get(task.task_queue_sid or "")
        if queue is None or task.only_worker_sid or task.only_worker_name:
            return False
        return self._state.offers.ringing(task.sid) < queue.max_reserved_workers

    def _standing(self, task: Task) -> tuple[Place, Key] | None:
        place = task.task_queue_sid
        if task.past_queue or not place:
            place = task.only_worker_sid
        channel_sid = ANY_CHANNEL if task.ignore_capacity else task.task_channel_sid
        return ((place, channel_sid), self.key(task)) if place else None

    def key(self, task: Task) -> Key:
        """FIFO: priority, then start. LIFO: newest first, whatever its priority.

        A worker's own line is FIFO, whatever the queue from which a task came to it.
        """
        queue = None
        if not task.past_queue:
            queue = self._state.task_queues.get(task.task_queue_sid or "")
        if queue is not None and queue.task_order == "LIFO":
            return 0, -task.virtual_start_time, -task.sequence, task.sid
        return -task.priority, task.virtual_start_time, task.sequence, task.sid


def how_it_empties(queue: TaskQueue) -> tuple[str, int]:
    return queue.task_order, queue.max_reserved_workers
