"""Who belongs to a queue, and who of them has room, longest idle first.

An expression is evaluated when a worker or the expression changes, never per task.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from typing import TYPE_CHECKING

from expressions import compile_expression
from taskrouter.engine.records import TaskQueue, Worker, WorkerChannel

if TYPE_CHECKING:
    from taskrouter.engine.state import State

Key = tuple[int, str]
"Idle since, worker sid: the order in which workers are offered a task."


class Members:
    def __init__(self, state: "State") -> None:
        self._state = state
        self.of_queue: dict[str, dict[str, None]] = defaultdict(dict)
        self.queues_of: dict[str, dict[str, None]] = defaultdict(dict)
        self._ready: dict[tuple[str, str], list[Key]] = defaultdict(list)
        self._keys: dict[str, dict[str, Key]] = defaultdict(dict)

    def ready(self, queue_sid: str, channel_sid: str) -> list[Key]:
        """Members with room on the channel, longest idle first."""
        return self._ready[queue_sid, channel_sid]

    def has_room(self, worker_sid: str, channel_sid: str) -> bool:
        return channel_sid in self._keys[worker_sid]

    def channels_with_room(self, worker_sid: str) -> list[str]:
        return list(self._keys[worker_sid])

    def queue_changed(self, old: TaskQueue | None, new: TaskQueue | None) -> None:
        if new is None:
            assert old is not None
            for worker_sid in list(self.of_queue[old.sid]):
                self._leave(worker_sid, old.sid)
        elif old is None or old.target_workers != new.target_workers:
            for worker in self._state.inside(new.workspace_sid, "worker"):
                self._judge(worker.sid, new)

    def worker_changed(self, old: Worker | None, new: Worker) -> None:
        moved_only = old is not None and same_but_activity(old, new)
        for queue in self._state.inside(new.workspace_sid, "task_queue"):
            if not (moved_only and "activity_" not in queue.target_workers):
                self._judge(new.sid, queue)

    def worker_gone(self, worker: Worker) -> None:
        self._set_keys(worker.sid, {})
        for queue_sid in list(self.queues_of[worker.sid]):
            self._leave(worker.sid, queue_sid)

    def room_changed(self, worker_sid: str) -> None:
        worker = self._state.workers.get(worker_sid)
        self._set_keys(worker_sid, self._keys_of(worker) if worker else {})

    def _keys_of(self, worker: Worker) -> dict[str, Key]:
        """The channels the worker has room on."""
        state = self._state
        if not state.activities[worker.activity_sid].available:
            return {}
        workspace = state.workspaces[worker.workspace_sid]
        if not workspace.multi_task_enabled and state.load(worker.sid, ""):
            return {}
        single = not workspace.multi_task_enabled
        return {
            channel_sid: self._key(worker, channel)
            for channel_sid in state.sids_inside(worker.workspace_sid, "task_channel")
            if (channel := state.worker_channel(worker.sid, channel_sid))
            and (single or self._has_capacity(channel))
        }

    def _has_capacity(self, channel: WorkerChannel) -> bool:
        used = self._state.load(channel.worker_sid, channel.task_channel_sid)
        return channel.available and used < channel.configured_capacity

    def _key(self, worker: Worker, channel: WorkerChannel) -> Key:
        own = self._state.task_channels[channel.task_channel_sid]
        apart = own.channel_optimized_routing
        return (channel.idle_since if apart else worker.idle_since), worker.sid

    def _set_keys(self, worker_sid: str, new: dict[str, Key]) -> None:
        old = self._keys[worker_sid]
        if old == new:
            return
        for queue_sid in self.queues_of[worker_sid]:
            self._move(queue_sid, old, new)
        self._keys[worker_sid] = new

    def _move(self, queue_sid: str, old: dict[str, Key], new: dict[str, Key]) -> None:
        for channel_sid, key in old.items():
            if new.get(channel_sid) != key:
                remove(self._ready[queue_sid, channel_sid], key)
        for channel_sid, key in new.items():
            if old.get(channel_sid) != key:
                insort(self._ready[queue_sid, channel_sid], key)

    def _judge(self, worker_sid: str, queue: TaskQueue) -> None:
        values = self._state.worker_values[worker_sid]
        belongs = compile_expression(queue.target_workers).matches(values)
        if belongs and queue.sid not in self.queues_of[worker_sid]:
            self.of_queue[queue.sid][worker_sid] = None
            self.queues_of[worker_sid][queue.sid] = None
            self._move(queue.sid, {}, self._keys[worker_sid])
        elif not belongs and queue.sid in self.queues_of[worker_sid]:
            self._leave(worker_sid, queue.sid)

    def _leave(self, worker_sid: str, queue_sid: str) -> None:
        self._move(queue_sid, self._keys[worker_sid], {})
        del self.of_queue[queue_sid][worker_sid]
        del self.queues_of[worker_sid][queue_sid]


def same_but_activity(old: Worker, new: Worker) -> bool:
    return (old.attributes, old.friendly_name) == (new.attributes, new.friendly_name)


def remove(keys: list[Key], key: Key) -> None:
    at = bisect_left(keys, key)
    assert keys[at] == key
    del keys[at]
