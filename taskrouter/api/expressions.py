"""/signalbox/v1/…/Expressions/Check: ours; what an expression would mean today.

The workspace is read in steps of a thousand, so that the owner is never held up; what
was read is judged beside it.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from expressions import with_items
from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.paging import MOST, PAGE_SIZE
from taskrouter.api.parameters import Reader, text, whole
from taskrouter.api.shapes import Shape
from taskrouter.engine import checks, explain_expression, strict_json
from taskrouter.engine.explain_expression import KINDS, Subject
from taskrouter.engine.names import filter_names, nobody, queue_names
from taskrouter.engine.records import TASK_LIVE, Task
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State

READ_AT_ONCE = 1_000
LONGEST = 65_536
CHECK: dict[str, Reader] = {
    "Expression": text,
    "Kind": text,
    "TaskSid": text,
    "TaskAttributes": text,
    "WorkerSid": text,
    "TaskQueueSid": text,
    "PageSize": whole,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client wants to know, as it was given."""

    kind: str
    expression: str
    task_sid: str = ""
    task_attributes: str = ""
    worker_sid: str = ""
    task_queue_sid: str = ""
    page_size: int = PAGE_SIZE


@dataclass(slots=True)
class Found:
    """What is there to judge it by."""

    sids: list[str] = field(default_factory=list)
    task_values: dict[str, Any] | None = None
    sample: dict[str, Any] | None = None
    "What the expression sees of the one that was asked about."
    subjects: list[Subject] = field(default_factory=list)


async def check(call: Call, ws: str) -> Answer:
    asked = read(call)
    mistake = explain_expression.mistake(asked.expression)
    found = await call.read(lambda state, now: look(state, ws, asked))
    if mistake is not None:
        return Answer({**shape_of(asked), "valid": False, "errors": [mistake]})
    for sids in batches(found.sids):
        found.subjects += await call.read(partial(subjects, asked, found, sids))
    return Answer(await asyncio.to_thread(judged, asked, found))


def read(call: Call) -> Asked:
    asked = Asked(**{"kind": "", "expression": "", **call.parameters(CHECK)})
    checks.one_of("Kind", asked.kind, KINDS)
    if len(asked.expression) > LONGEST:
        raise Refused(f"Expression: at most {LONGEST} characters are allowed.")
    checks.between("PageSize", asked.page_size, 1, MOST)
    if asked.kind == "target" and not (asked.task_sid or asked.task_attributes):
        raise Refused(
            "TaskSid: a target is asked for a task; give it, or TaskAttributes."
        )
    return asked


def look(state: State, ws: str, asked: Asked) -> Found:
    checks.the_workspace(state, ws)
    found = Found(task_values=values_of(state, ws, asked))
    if asked.worker_sid:
        checks.the_named(state, "worker", ws, "WorkerSid", asked.worker_sid)
    if asked.kind == "skip_if":
        look_at_queue(state, ws, asked, found)
    elif asked.kind == "task":
        values = found.task_values
        found.sample = None if values is None else filter_names(values)
        found.sids = live_tasks(state, ws)
    else:
        found.sids = list(state.sids_inside(ws, "worker"))
    return found


def values_of(state: State, ws: str, asked: Asked) -> dict[str, Any] | None:
    """The attributes of the task that was given, if one was."""
    if asked.task_sid:
        checks.the_named(state, "task", ws, "TaskSid", asked.task_sid)
        return state.task_values[asked.task_sid]
    given = asked.task_attributes
    return sample_attributes(given) if given else None


def sample_attributes(given: str) -> dict[str, Any]:
    if len(given) > checks.LONGEST_ATTRIBUTES:
        most = checks.LONGEST_ATTRIBUTES
        raise Refused(f"TaskAttributes: at most {most} characters are allowed.")
    values: dict[str, Any] = with_items(
        strict_json.read_object("TaskAttributes", given)
    )
    return values


def look_at_queue(state: State, ws: str, asked: Asked, found: Found) -> None:
    """Without a queue its names are judged, but not whether it is true."""
    counts = nobody(state, ws)
    if asked.task_queue_sid:
        checks.the_named(state, "task_queue", ws, "TaskQueueSid", asked.task_queue_sid)
        counts = queue_names(state, asked.task_queue_sid)
        found.sample = {"workers": counts}
    found.subjects = [Subject(asked.task_queue_sid, None, {"workers": counts})]


def live_tasks(state: State, ws: str) -> list[str]:
    tasks: Iterator[Task] = state.inside(ws, "task")
    return [one.sid for one in tasks if one.assignment_status in TASK_LIVE]


def batches(sids: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(sids), READ_AT_ONCE):
        yield sids[at : at + READ_AT_ONCE]


def subjects(
    asked: Asked, found: Found, sids: list[str], state: State, now: int
) -> list[Subject]:
    """Of those that are still there."""
    table = state.tasks if asked.kind == "task" else state.workers
    values = found.task_values or {}
    return [
        explain_expression.subject(state, asked.kind, sid, asked.expression, values)
        for sid in sids
        if sid in table
    ]


def judged(asked: Asked, found: Found) -> Shape:
    shape = {
        **shape_of(asked),
        "unknown_names": explain_expression.unknown(asked.expression, found.subjects),
    }
    names = names_of_worker(asked, found) if asked.worker_sid else found.sample
    if names is not None:
        one = explain_expression.sample(asked.expression, names)
        shape |= {"matches": one.matches, "clause": one.clause}
    if asked.kind == "skip_if":
        return shape
    matching = explain_expression.matching(asked.expression, found.subjects)
    return {
        **shape,
        "matching": [
            {"sid": one.sid, "friendly_name": one.name}
            for one in matching.subjects[: asked.page_size]
        ],
        "matching_count": len(matching.subjects),
        "looked_at": matching.looked_at,
    }


def names_of_worker(asked: Asked, found: Found) -> Any:
    return next(
        (one.names for one in found.subjects if one.sid == asked.worker_sid), None
    )


def shape_of(asked: Asked) -> Shape:
    """With nothing found yet."""
    return {
        "kind": asked.kind,
        "expression": asked.expression,
        "valid": True,
        "errors": [],
        "unknown_names": [],
        "matches": None,
        "clause": None,
        "matching": [],
        "matching_count": 0,
        "looked_at": 0,
    }


view = endpoint(POST=check)
