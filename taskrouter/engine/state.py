"""All records of one account, and the indexes that routing asks.

Every index is derived from the records by `put` and `drop`, so a state loaded from saved
records routes exactly as the one that saved them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from expressions import attribute_values, worker_values
from taskrouter.engine.asking import Asking
from taskrouter.engine.census import TaskCensus, WorkerCensus
from taskrouter.engine.due import DueTimes
from taskrouter.engine.members import Members
from taskrouter.engine.offers import Offers
from taskrouter.engine.records import (
    KIND_OF,
    KINDS,
    Activity,
    OldConfiguration,
    Record,
    Reservation,
    Task,
    TaskChannel,
    TaskQueue,
    Transfer,
    Worker,
    WorkerChannel,
    Workflow,
    Workspace,
)
from taskrouter.engine.waiting import Waiting

Table = dict[str, Any]
Sids = dict[str, None]
Index = Callable[[Any, Any], None]
"Told of a record as it was and as it is; None: not yet, or no longer."


class State:
    def __init__(self) -> None:
        self.tables: dict[str, Table] = {kind: {} for kind in KINDS}
        self.workspaces: dict[str, Workspace] = self.tables["workspace"]
        self.activities: dict[str, Activity] = self.tables["activity"]
        self.task_channels: dict[str, TaskChannel] = self.tables["task_channel"]
        self.workers: dict[str, Worker] = self.tables["worker"]
        self.worker_channels: dict[str, WorkerChannel] = self.tables["worker_channel"]
        self.task_queues: dict[str, TaskQueue] = self.tables["task_queue"]
        self.workflows: dict[str, Workflow] = self.tables["workflow"]
        self.tasks: dict[str, Task] = self.tables["task"]
        self.reservations: dict[str, Reservation] = self.tables["reservation"]
        self.transfers: dict[str, Transfer] = self.tables["transfer"]
        self._transfers_of: dict[str, Sids] = defaultdict(dict)
        self._inside: dict[tuple[str, str], Sids] = defaultdict(dict)
        self._channels_of: dict[tuple[str, str], str] = {}
        self._workers_named: dict[tuple[str, str], str] = {}
        self._configurations: dict[tuple[str, int], str] = {}
        self.worker_values: dict[str, dict[str, Any]] = {}
        self.task_values: dict[str, dict[str, Any]] = {}
        self.task_census = TaskCensus()
        self.worker_census = WorkerCensus()
        self.offers = Offers(self)
        self.members = Members(self)
        self.waiting = Waiting(self)
        self.due = DueTimes(self)
        self.asking = Asking()
        self.sequence = 0
        self._indexes: dict[str, Index] = {
            "workspace": self._index_workspace,
            "activity": self._index_activity,
            "task_channel": self._index_task_channel,
            "worker": self._index_worker,
            "worker_channel": self._index_channel,
            "task_queue": self._index_queue,
            "workflow": self.asking.changed,
            "configuration": self._index_configuration,
            "task": self._index_task,
            "reservation": self._index_reservation,
            "transfer": self._index_transfer,
        }

    @classmethod
    def load_records(cls, records: Iterable[Record]) -> "State":
        """The state that had these records; they come in the order they were made."""
        state = cls()
        ranks = {kind: rank for rank, kind in enumerate(KINDS)}
        for record in sorted(records, key=lambda one: ranks[KIND_OF[type(one)]]):
            state.put(record)
        state.sequence = max(
            chain(
                (task.sequence for task in state.tasks.values()),
                (worker.idle_order for worker in state.workers.values()),
                (channel.idle_order for channel in state.worker_channels.values()),
            ),
            default=0,
        )
        return state

    def next_in_order(self) -> int:
        """What orders things of one millisecond; it only grows."""
        self.sequence += 1
        return self.sequence

    def get(self, kind: str, sid: str) -> Any | None:
        return self.tables[kind].get(sid)

    def inside(self, workspace_sid: str, kind: str) -> Iterator[Any]:
        """The workspace's records of a kind, in order of creation."""
        table = self.tables[kind]
        return (table[sid] for sid in self._inside[workspace_sid, kind])

    def sids_inside(self, workspace_sid: str, kind: str) -> Sids:
        return self._inside[workspace_sid, kind]

    def put(self, record: Record) -> None:
        kind = KIND_OF[type(record)]
        old = self.tables[kind].get(record.sid)
        self.tables[kind][record.sid] = record
        if old is None and not isinstance(record, Workspace):
            self._inside[record.workspace_sid, kind][record.sid] = None
        self._index(kind, old, record)

    def drop(self, kind: str, sid: str) -> None:
        record = self.tables[kind].pop(sid)
        if kind != "workspace":
            del self._inside[record.workspace_sid, kind][sid]
        self._index(kind, record, None)

    def _index(self, kind: str, old: Any, new: Any) -> None:
        index = self._indexes.get(kind)
        if index is not None:
            index(old, new)

    def _index_reservation(
        self, old: Reservation | None, new: Reservation | None
    ) -> None:
        self.offers.changed(old, new)
        self._watch("reservation", old, new)

    def _index_queue(self, old: TaskQueue | None, new: TaskQueue | None) -> None:
        self.members.queue_changed(old, new)
        self.waiting.queue_changed(old, new)

    def _watch(self, kind: str, old: Any, new: Any) -> None:
        if new is None:
            self.due.forget(old.sid)
        else:
            self.due.watch(kind, new)

    def ringing_changed(self, task_sid: str) -> None:
        """More or fewer ring: the task may look for others, or no longer."""
        task = self.tasks.get(task_sid)
        if task is not None:
            self.waiting.task_changed(task)

    def _index_channel(
        self, old: WorkerChannel | None, new: WorkerChannel | None
    ) -> None:
        one = new or old
        assert one is not None
        if new is None:
            self._channels_of.pop((one.worker_sid, one.task_channel_sid), None)
        else:
            self._channels_of[one.worker_sid, one.task_channel_sid] = one.sid
        self.members.room_changed(one.worker_sid)

    def _index_worker(self, old: Worker | None, new: Worker | None) -> None:
        if old is not None and (new is None or old.friendly_name != new.friendly_name):
            self._workers_named.pop(name_of(old), None)
        if new is None:
            assert old is not None
            self.worker_values.pop(old.sid)
            self.members.worker_gone(old)
            self.worker_census.worker_changed(old, None)
            return
        self._workers_named[name_of(new)] = new.sid
        self.worker_census.worker_changed(old, new)
        if old is None or seen(old) != seen(new):
            self.worker_values[new.sid] = self._values_of(new)
            self.members.worker_changed(old, new)
        self.members.room_changed(new.sid)

    def _index_activity(self, old: Activity | None, new: Activity | None) -> None:
        """An activity's new name is what expressions over its workers see."""
        for worker in self.in_activity(new.sid) if new else ():
            self.worker_values[worker.sid] = self._values_of(worker)
            self.members.worker_changed(None, worker)

    def _index_task(self, old: Task | None, new: Task | None) -> None:
        if new is None:
            assert old is not None
            self.task_values.pop(old.sid)
            self.waiting.task_gone(old.sid)
            self.task_census.task_changed(old.sid, None)
        else:
            if old is None or old.attributes != new.attributes:
                self.task_values[new.sid] = attribute_values(new.attributes)
            self.waiting.task_changed(new)
            self.task_census.task_changed(new.sid, new)
        self._watch("task", old, new)

    def _index_workspace(self, old: Workspace | None, new: Workspace | None) -> None:
        """One at a time or several: every worker's room is another."""
        if old and new and old.multi_task_enabled != new.multi_task_enabled:
            for worker_sid in self.sids_inside(new.sid, "worker"):
                self.members.room_changed(worker_sid)

    def _index_task_channel(
        self, old: TaskChannel | None, new: TaskChannel | None
    ) -> None:
        """Idleness is measured another way, so everybody stands elsewhere."""
        if old and new and old != new:
            for worker_sid in self.sids_inside(new.workspace_sid, "worker"):
                self.members.room_changed(worker_sid)

    def _index_configuration(
        self, old: OldConfiguration | None, new: OldConfiguration | None
    ) -> None:
        self.asking.changed(old, new)
        if old is not None:
            del self._configurations[old.workflow_sid, old.configuration_version]
        if new is not None:
            place = new.workflow_sid, new.configuration_version
            self._configurations[place] = new.sid

    def _index_transfer(self, old: Transfer | None, new: Transfer | None) -> None:
        one = new or old
        assert one is not None
        if new is not None:
            self._transfers_of[one.task_sid][one.sid] = None
        else:
            self._transfers_of[one.task_sid].pop(one.sid)

    def _values_of(self, worker: Worker) -> dict[str, Any]:
        activity = self.activities[worker.activity_sid]
        return worker_values(
            attribute_values(worker.attributes),
            worker.sid,
            worker.friendly_name,
            worker.activity_sid,
            activity.friendly_name,
        )

    def in_activity(self, activity_sid: str) -> list[Worker]:
        return [
            one for one in self.workers.values() if one.activity_sid == activity_sid
        ]

    def worker_channel(self, worker_sid: str, channel_sid: str) -> WorkerChannel | None:
        sid = self._channels_of.get((worker_sid, channel_sid))
        return self.worker_channels[sid] if sid else None

    def channel_named(self, workspace_sid: str, name: str) -> TaskChannel | None:
        """A task channel by its sid or its unique name."""
        channel = self.task_channels.get(name)
        if channel and channel.workspace_sid == workspace_sid:
            return channel
        channels: Iterator[TaskChannel] = self.inside(workspace_sid, "task_channel")
        return next((one for one in channels if one.unique_name == name), None)

    def load(self, worker_sid: str, channel_sid: str) -> int:
        """Live reservations on the channel; channel "" counts all of them."""
        return self.offers.load(worker_sid, channel_sid)

    def worker_named(self, workspace_sid: str, name: str) -> Worker | None:
        """The worker of that name, whatever its case."""
        sid = self._workers_named.get((workspace_sid, name.casefold()))
        return self.workers[sid] if sid else None

    def configuration_of(self, workflow_sid: str, version: int) -> str | None:
        """The text of that version of a workflow's configuration, if it is kept."""
        workflow = self.workflows.get(workflow_sid)
        if workflow is not None and workflow.configuration_version == version:
            return workflow.configuration
        sid = self._configurations.get((workflow_sid, version))
        old: OldConfiguration | None = self.get("configuration", sid) if sid else None
        return old.configuration if old else None

    def reservations_of_task(self, task_sid: str) -> list[Reservation]:
        return [self.reservations[sid] for sid in self.offers.of_task(task_sid)]

    def transfers_of_task(self, task_sid: str) -> list[Transfer]:
        return [self.transfers[sid] for sid in self._transfers_of.get(task_sid, ())]

    def reservations_of_worker(self, worker_sid: str) -> list[Reservation]:
        return [self.reservations[sid] for sid in self.offers.of_worker(worker_sid)]


def name_of(worker: Worker) -> tuple[str, str]:
    return worker.workspace_sid, worker.friendly_name.casefold()


def seen(worker: Worker) -> tuple[str, str, str]:
    """What of a worker expressions see."""
    return worker.attributes, worker.friendly_name, worker.activity_sid
