"""Who belongs to a queue, and who of them has room, longest idle first.

An expression is evaluated when a worker or the expression changes, never per task. The
lines of those with room are brought up to date when somebody asks for one: a turn that
changes a worker five times moves him once.
"""

from collections import OrderedDict, defaultdict
from typing import TYPE_CHECKING

from expressions import addressing, compile_expression
from taskrouter.engine.offers import ANY_CHANNEL
from taskrouter.engine.records import TaskQueue, Worker, WorkerChannel

if TYPE_CHECKING:
    from taskrouter.engine.state import State

Rank = tuple[int, int, str]
"Idle since, order within the millisecond, sid: whoever ranks lowest is offered first."
Line = OrderedDict[str, Rank]


class Members:
    def __init__(self, state: "State") -> None:
        self._state = state
        self.of_queue: dict[str, dict[str, None]] = defaultdict(dict)
        self.queues_of: dict[str, dict[str, None]] = defaultdict(dict)
        self._lines: dict[str, dict[str, Line]] = defaultdict(dict)
        "By channel, then by queue; only lines that somebody has asked for."
        self._unsorted: dict[tuple[str, str], None] = {}
        self._ranks: dict[str, dict[str, Rank]] = {}
        "Of each worker, by channel, where he stands in those lines."
        self._moved: dict[str, None] = {}

    def ready(self, queue_sid: str, channel_sid: str) -> Line:
        """Members with room on the channel, longest idle first."""
        if channel_sid not in self._lines:
            self._lines[channel_sid] = {}
            self._moved |= dict.fromkeys(self._state.workers)
        self._catch_up()
        line = self._lines[channel_sid].get(queue_sid)
        if line is None or (queue_sid, channel_sid) in self._unsorted:
            line = self._sorted(queue_sid, channel_sid)
        return line

    def _sorted(self, queue_sid: str, channel_sid: str) -> Line:
        ranked = [
            (rank, worker_sid)
            for worker_sid in self.of_queue.get(queue_sid, ())
            if (rank := self._ranks.get(worker_sid, {}).get(channel_sid))
        ]
        line = OrderedDict((worker_sid, rank) for rank, worker_sid in sorted(ranked))
        self._lines[channel_sid][queue_sid] = line
        self._unsorted.pop((queue_sid, channel_sid), None)
        return line

    def has_room(self, worker_sid: str, channel_sid: str) -> bool:
        """Whether he is available, and has capacity left on the channel."""
        worker = self._state.workers.get(worker_sid)
        if worker is None:
            return False
        available = self._state.activities[worker.activity_sid].available
        return available and self.has_capacity(worker, channel_sid)

    def has_capacity(self, worker: Worker, channel_sid: str) -> bool:
        """Whether he could serve one more on the channel, were he available."""
        state = self._state
        channel = state.worker_channel(worker.sid, channel_sid)
        if channel is None:
            return False
        if not state.workspaces[worker.workspace_sid].multi_task_enabled:
            return not state.load(worker.sid, ANY_CHANNEL)
        return channel.available and self._capacity_left(channel)

    def _capacity_left(self, channel: WorkerChannel) -> bool:
        used = self._state.load(channel.worker_sid, channel.task_channel_sid)
        return used < channel.configured_capacity

    def queue_changed(self, old: TaskQueue | None, new: TaskQueue | None) -> None:
        if new is None:
            assert old is not None
            for worker_sid in list(self.of_queue[old.sid]):
                self._leave(worker_sid, old.sid)
            for lines in self._lines.values():
                lines.pop(old.sid, None)
            del self.of_queue[old.sid]
        elif old is None or old.target_workers != new.target_workers:
            for worker_sid in self._state.sids_inside(new.workspace_sid, "worker"):
                self._judge(worker_sid, new)

    def worker_changed(self, old: Worker | None, new: Worker) -> None:
        moved_only = old is not None and same_but_activity(old, new)
        for queue in self._state.inside(new.workspace_sid, "task_queue"):
            if not (moved_only and "activity_" not in queue.target_workers):
                self._judge(new.sid, queue)

    def worker_gone(self, worker: Worker) -> None:
        for queue_sid in list(self.queues_of[worker.sid]):
            self._leave(worker.sid, queue_sid)
        del self.queues_of[worker.sid]
        self._ranks.pop(worker.sid, None)
        self._moved.pop(worker.sid, None)

    def room_changed(self, worker_sid: str) -> None:
        self._moved[worker_sid] = None

    def _catch_up(self) -> None:
        """Whoever has moved takes his new place in every line."""
        moved, self._moved = self._moved, {}
        for worker_sid in moved:
            worker = self._state.workers.get(worker_sid)
            if worker is not None:
                self._take_places(worker)

    def _take_places(self, worker: Worker) -> None:
        old = self._ranks.get(worker.sid, {})
        new = {
            channel_sid: self._rank(worker, channel_sid)
            for channel_sid in self._lines
            if self.has_room(worker.sid, channel_sid)
        }
        self._ranks[worker.sid] = new
        for channel_sid in self._lines:
            rank = new.get(channel_sid)
            if rank != old.get(channel_sid):
                for queue_sid in self.queues_of[worker.sid]:
                    self._place(worker.sid, queue_sid, channel_sid, rank)

    def _rank(self, worker: Worker, channel_sid: str) -> Rank:
        if self._state.task_channels[channel_sid].channel_optimized_routing:
            channel = self._state.worker_channel(worker.sid, channel_sid)
            assert channel is not None
            return channel.idle_since, channel.idle_order, worker.sid
        return worker.idle_since, worker.idle_order, worker.sid

    def _place(
        self, worker_sid: str, queue_sid: str, channel_sid: str, rank: Rank | None
    ) -> None:
        line = self._lines[channel_sid].get(queue_sid)
        if line is None:
            return
        line.pop(worker_sid, None)
        if rank is None:
            return
        # Who has just become idle goes to the end; anybody else, where he belongs.
        if line and line[next(reversed(line))] > rank:
            self._unsorted[queue_sid, channel_sid] = None
        line[worker_sid] = rank

    def _judge(self, worker_sid: str, queue: TaskQueue) -> None:
        values = self._state.worker_values[worker_sid]
        belongs = compile_expression(addressing(queue.target_workers)).matches(values)
        if belongs and queue.sid not in self.queues_of[worker_sid]:
            self.of_queue[queue.sid][worker_sid] = None
            self.queues_of[worker_sid][queue.sid] = None
            self._state.worker_census.joined(queue.sid, worker_sid)
            for channel_sid, rank in self._ranks.get(worker_sid, {}).items():
                self._place(worker_sid, queue.sid, channel_sid, rank)
        elif not belongs and queue.sid in self.queues_of[worker_sid]:
            self._leave(worker_sid, queue.sid)

    def _leave(self, worker_sid: str, queue_sid: str) -> None:
        for channel_sid in self._ranks.get(worker_sid, ()):
            self._place(worker_sid, queue_sid, channel_sid, None)
        del self.of_queue[queue_sid][worker_sid]
        del self.queues_of[worker_sid][queue_sid]
        self._state.worker_census.left(queue_sid, worker_sid)


def same_but_activity(old: Worker, new: Worker) -> bool:
    return (old.attributes, old.friendly_name) == (new.attributes, new.friendly_name)
