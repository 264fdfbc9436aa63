"""Whom the order_by of a target puts first."""

from typing import Any

from taskrouter.engine.names import names_for
from taskrouter.engine.records import Task
from taskrouter.engine.state import State
from taskrouter.engine.workflow import Target


def ranked(state: State, task: Task, target: Target, workers: list[str]) -> list[str]:
    """By each clause in turn; equals stay longest idle first."""
    own = state.task_values[task.sid]
    names = {sid: names_for(state, own, sid, target.order_text) for sid in workers}
    for value, descending in reversed(target.order_by):
        values = {sid: value(names[sid]) for sid in workers}
        if all(found is None or is_whole(found) for found in values.values()):
            workers = in_order(workers, values, descending)
    return workers


def is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def in_order(
    workers: list[str], values: dict[str, int | None], descending: bool
) -> list[str]:
    """Who has no value comes last, whatever the direction."""

    def rank(worker_sid: str) -> tuple[bool, int]:
        value = values[worker_sid]
        if value is None:
            return True, 0
        return False, -value if descending else value

    return sorted(workers, key=rank)
