"""Who is where now, counted as it changes: what real-time statistics read.

A cell holds the live tasks of one queue, workflow and channel; an answer adds up the few
cells it asks about.
"""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from taskrouter.engine.records import TASK_LIVE, TASK_WAITING, Task, Worker

MOST_CHANGED = 500
K = TypeVar("K")
Since = tuple[int, str]
"A time in ms and the task's sid."
Place = tuple[str, str, str]
"Queue and workflow (empty where there is none), and channel."


@dataclass(slots=True)
class Cell:
    statuses: Counter[str] = field(default_factory=Counter)
    priorities: Counter[int] = field(default_factory=Counter)
    created: list[Since] = field(default_factory=list)
    "When each waiting task was created, oldest first."
    entered: list[Since] = field(default_factory=list)
    "When each waiting task entered the queue, oldest first."

    def add(self, task: Task) -> None:
        self.statuses[task.assignment_status] += 1
        self.priorities[task.priority] += 1
        if task.assignment_status in TASK_WAITING:
            self.begin_wait(task)

    def remove(self, task: Task) -> None:
        take(self.statuses, task.assignment_status)
        take(self.priorities, task.priority)
        if task.assignment_status in TASK_WAITING:
            self.end_wait(task)

    def change(self, old: Task, new: Task) -> None:
        """As remove and add: what most changes leave alone is not touched."""
        take(self.statuses, old.assignment_status)
        self.statuses[new.assignment_status] += 1
        if old.priority != new.priority:
            take(self.priorities, old.priority)
            self.priorities[new.priority] += 1
        waited = old.assignment_status in TASK_WAITING
        waits = new.assignment_status in TASK_WAITING
        if waited and not waits:
            self.end_wait(old)
        elif waits and not waited:
            self.begin_wait(new)

    def begin_wait(self, task: Task) -> None:
        insort(self.created, (task.date_created, task.sid))
        if task.task_queue_entered_date is not None:
            insort(self.entered, (task.task_queue_entered_date, task.sid))

    def end_wait(self, task: Task) -> None:
        leave(self.created, (task.date_created, task.sid))
        if task.task_queue_entered_date is not None:
            leave(self.entered, (task.task_queue_entered_date, task.sid))


@dataclass(frozen=True, slots=True)
class Crowd:
    """The live tasks somebody asked about. The oldest are None where nobody waits."""

    statuses: Counter[str]
    priorities: Counter[int]
    oldest: Since | None
    longest_in_queue: Since | None


class TaskCensus:
    """Tasks that changed are counted when somebody asks, or when they are many: most
    change several times within a turn."""

    def __init__(self) -> None:
        self._cells: dict[str, dict[Place, Cell]] = defaultdict(dict)
        self._of_queue: dict[str, dict[Place, Cell]] = defaultdict(dict)
        self._counted: dict[str, Task] = {}
        self._changed: dict[str, Task | None] = {}

    def task_changed(self, sid: str, new: Task | None) -> None:
        self._changed[sid] = new
        if len(self._changed) > MOST_CHANGED:
            self._catch_up()

    def _catch_up(self) -> None:
        for sid, new in self._changed.items():
            old = self._counted.pop(sid, None)
            if new is not None and new.assignment_status not in TASK_LIVE:
                new = None
            if old is not None and new is not None and stays(old, new):
                self._cells[new.workspace_sid][place_of(new)].change(old, new)
            else:
                self._replace(old, new)
            if new is not None:
                self._counted[sid] = new
        self._changed.clear()

    def _replace(self, old: Task | None, new: Task | None) -> None:
        if old is not None:
            self._remove(old)
        if new is not None:
            self._add(new)

    def _add(self, task: Task) -> None:
        place = place_of(task)
        cell = self._cells[task.workspace_sid].get(place)
        if cell is None:
            cell = self._cells[task.workspace_sid][place] = Cell()
            self._of_queue[place[0]][place] = cell
        cell.add(task)

    def _remove(self, task: Task) -> None:
        place = place_of(task)
        cell = self._cells[task.workspace_sid][place]
        cell.remove(task)
        if not cell.statuses:
            del self._cells[task.workspace_sid][place]
            del self._of_queue[place[0]][place]

    def workspace(self, sid: str, channel_sid: str | None) -> Crowd:
        self._catch_up()
        return crowd(self._cells.get(sid, {}), channel_sid)

    def queue(self, sid: str, channel_sid: str | None) -> Crowd:
        self._catch_up()
        return crowd(self._of_queue.get(sid, {}), channel_sid)

    def workflow(self, workspace_sid: str, sid: str, channel_sid: str | None) -> Crowd:
        self._catch_up()
        cells = self._cells.get(workspace_sid, {})
        return crowd(
            {at: one for at, one in cells.items() if at[1] == sid}, channel_sid
        )


def stays(old: Task, new: Task) -> bool:
    """Whether it is in the same cell, and came there at the same moment."""
    return (
        old.task_queue_sid == new.task_queue_sid
        and old.task_queue_entered_date == new.task_queue_entered_date
        and old.task_channel_sid == new.task_channel_sid
        and old.workflow_sid == new.workflow_sid
    )


def place_of(task: Task) -> Place:
    return task.task_queue_sid or "", task.workflow_sid or "", task.task_channel_sid


def take(counts: Counter[K], key: K) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]


def leave(line: list[Since], one: Since) -> None:
    at = bisect_left(line, one)
    assert line[at] == one
    del line[at]


def crowd(cells: dict[Place, Cell], channel_sid: str | None) -> Crowd:
    chosen = [cell for place, cell in cells.items() if channel_sid in (None, place[2])]
    return Crowd(
        sum((cell.statuses for cell in chosen), Counter()),
        sum((cell.priorities for cell in chosen), Counter()),
        min((cell.created[0] for cell in chosen if cell.created), default=None),
        min((cell.entered[0] for cell in chosen if cell.entered), default=None),
    )


class WorkerCensus:
    """Workers by activity: those of a workspace, and those a queue addresses."""

    def __init__(self) -> None:
        self._activity: dict[str, str] = {}
        self._places: dict[str, dict[str, None]] = defaultdict(dict)
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)

    def worker_changed(self, old: Worker | None, new: Worker | None) -> None:
        one = new or old
        assert one is not None
        if old is None:
            self._activity[one.sid] = one.activity_sid
            self.joined(one.workspace_sid, one.sid)
        elif new is None:
            self.left(one.workspace_sid, one.sid)
            del self._activity[one.sid]
        elif old.activity_sid != new.activity_sid:
            self._activity[one.sid] = new.activity_sid
            for place in self._places[one.sid]:
                take(self._counts[place], old.activity_sid)
                self._counts[place][new.activity_sid] += 1

    def joined(self, place: str, worker_sid: str) -> None:
        """`place`: the sid of the workspace or of a queue."""
        self._places[worker_sid][place] = None
        self._counts[place][self._activity[worker_sid]] += 1

    def left(self, place: str, worker_sid: str) -> None:
        del self._places[worker_sid][place]
        take(self._counts[place], self._activity[worker_sid])

    def by_activity(self, place: str) -> Iterator[tuple[str, int]]:
        return iter(self._counts.get(place, Counter()).items())
