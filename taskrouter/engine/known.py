"""Known workers: the one worker a target names, and why he cannot be had.

The target's value is read when the task arrives there; who that is, is asked each time,
so a worker who is made or renamed later is found.
"""

from dataclasses import dataclass
from typing import Any

from expressions import there
from expressions.clauses import Operand
from taskrouter.engine.records import TASK_WAITING, Task
from taskrouter.engine.state import State
from taskrouter.engine.workflow import Target

NOT_A_MEMBER, MISSING, ELSEWHERE = 40152, 40154, 40155
NOBODY = ""
IN_WORDS = {
    NOT_A_MEMBER: "The known worker does not belong to the TaskQueue of the target.",
    MISSING: "The task names no known worker, or nobody of that sid or name exists.",
    ELSEWHERE: "The known worker belongs to another Workspace.",
}


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a task is held for; both None: anybody will do."""

    sid: str | None = None
    name: str | None = None
    warning: int | None = None


ANYBODY = Known()


def read(state: State, task: Task, target: Target) -> Known:
    """Whom the target holds the task for."""
    if not target.known:
        return ANYBODY
    names = {"task": state.task_values[task.sid]}
    sid, by_sid = value_of(target.known_sid, names)
    name, by_name = value_of(target.known_name, names)
    warning = by_sid or by_name
    if warning is None:
        warning = judge(state, task, target.queue, sid, name)
    return Known(sid, name, warning)


def value_of(
    known: Operand | None, names: dict[str, Any]
) -> tuple[str | None, int | None]:
    """The value, and what is wrong with it. Null, if it is there, is right: nobody."""
    if known is None:
        return None, None
    value = known.value(names)
    if isinstance(value, str) and value:
        return value, None
    read = there(known.steps, names) if known.steps else -1
    null = value is None and read == len(known.steps)
    return NOBODY, None if null else MISSING


def judge(
    state: State, task: Task, queue_sid: str, sid: str | None, name: str | None
) -> int | None:
    """What TaskRouter's debugger would say of a worker so named."""
    if NOBODY in (sid, name):
        return None
    if sid is None:
        found = state.worker_named(task.workspace_sid, name or "")
    else:
        found = state.workers.get(sid)
    if found is None:
        return MISSING
    if found.workspace_sid != task.workspace_sid:
        return ELSEWHERE
    if name not in (None, found.friendly_name):
        return MISSING
    belongs = queue_sid in state.members.queues_of[found.sid]
    return None if belongs else NOT_A_MEMBER


def warning_of(state: State, task: Task) -> int | None:
    """As the debugger would say now: who was nobody may have come, and who was there gone."""
    sid, name = task.only_worker_sid, task.only_worker_name
    if task.assignment_status not in TASK_WAITING or NOBODY in (sid, name):
        return task.warning
    warning = judge(state, task, task.task_queue_sid or "", sid, name)
    # Whom it goes straight to need not belong to its queue.
    return None if task.past_queue and warning == NOT_A_MEMBER else warning


def allows(state: State, task: Task, worker_sid: str) -> bool:
    """Whether the task is held for this worker, or for nobody in particular."""
    if task.only_worker_sid not in (None, worker_sid):
        return False
    name = task.only_worker_name
    return name is None or state.workers[worker_sid].friendly_name == name


def the_one(state: State, task: Task) -> str | None:
    """The sid of whom it is held for; "" for nobody there is; None: anybody will do."""
    if task.only_worker_sid is None and task.only_worker_name is None:
        return None
    if task.only_worker_sid is not None:
        sid = task.only_worker_sid
    else:
        found = state.worker_named(task.workspace_sid, task.only_worker_name or "")
        sid = found.sid if found else NOBODY
    return sid if sid in state.workers and allows(state, task, sid) else NOBODY
