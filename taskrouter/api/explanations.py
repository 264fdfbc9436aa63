"""/signalbox/v1/…/Tasks/{sid}/Explanation: ours; why a task waits, and for whom.

What is seen is taken on the owner's turn, in one read; what it means is worked out
beside it.
"""

import asyncio

from taskrouter.api import paging
from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.paging import Page
from taskrouter.api.resource import by_creation
from taskrouter.api.shapes import Shape, iso
from taskrouter.engine import checks, explain_task, explain_workers
from taskrouter.engine.due import expires_at
from taskrouter.engine.explain_task import Seen, ToldFilter, ToldTarget
from taskrouter.engine.moment import Look
from taskrouter.engine.records import TASK_WAITING, Reservation, Task, Worker
from taskrouter.engine.state import State


async def fetch(call: Call, ws: str, task_sid: str) -> Answer:
    def look(state: State, now: int) -> tuple[Seen, Page[Worker]]:
        task: Task = checks.the_one(state, "task", ws, task_sid)
        shown = page_of_workers(call, state, task)
        return explain_task.see(Look(state, now), task, shown.rows), shown

    seen, shown = await call.read(look)
    return Answer(await asyncio.to_thread(explanation, call, seen, shown))


def page_of_workers(call: Call, state: State, task: Task) -> Page[Worker]:
    """The workspace's, in or out of the queue, while the task looks for one."""
    rows: list[Worker] = []
    wanted = call.request.GET.get("WorkerSid", "")
    if wanted:
        ws = task.workspace_sid
        rows = [checks.the_named(state, "worker", ws, "WorkerSid", wanted)]
    elif task.assignment_status in TASK_WAITING:
        rows = list(state.inside(task.workspace_sid, "worker"))
    return paging.page(call, rows, by_creation(call))


def explanation(call: Call, seen: Seen, shown: Page[Worker]) -> Shape:
    task = seen.task
    target = explain_task.present_target(seen)
    default = explain_task.default_filter(seen)
    api = f"{call.base}/v1/Workspaces/{task.workspace_sid}"
    return {
        "account_sid": call.account_sid,
        "workspace_sid": task.workspace_sid,
        "task_sid": task.sid,
        "assignment_status": task.assignment_status,
        "reason": task.reason,
        "text": in_words(seen, target),
        "age": (seen.now - task.date_created) // 1000,
        "priority": task.priority,
        "expires": iso(expires_at(task)) if waits(task) else None,
        "ended": iso(task.ended_at),
        "routing_target": task.routing_target,
        "workflow": workflow(seen),
        "filters": [filter_shape(one) for one in explain_task.filters(seen)],
        "default_filter": target_shape(default) if default else None,
        "target": target_shape(target) if target else None,
        "task_queue_sid": task.task_queue_sid,
        "task_queue_name": queue_name(seen),
        "line": seen.line,
        "known_worker": seen.held,
        "offers": [offer(one, name) for one, name in seen.offers],
        "offers_count": seen.offers_count,
        "workers": [explain_workers.told(one) for one in seen.workers],
        "meta": paging.meta(call, "workers", shown),
        "url": f"{call.base}{call.request.path}",
        "links": {"task": f"{api}/Tasks/{task.sid}"},
    }


def waits(task: Task) -> bool:
    return task.assignment_status in TASK_WAITING


def queue_name(seen: Seen) -> str | None:
    return seen.queues.get(seen.task.task_queue_sid or "")


def workflow(seen: Seen) -> Shape | None:
    """`configuration` says which of its versions the filters below are of."""
    if seen.workflow is None:
        return None
    return {
        "sid": seen.workflow.sid,
        "friendly_name": seen.workflow.friendly_name,
        "configuration": seen.version,
    }


def filter_shape(one: ToldFilter) -> Shape:
    return {
        "filter": one.filter,
        "friendly_name": one.friendly_name,
        "expression": one.expression,
        "matches": one.matches,
        "clause": one.clause,
        "targets": [target_shape(target) for target in one.targets],
    }


def target_shape(one: ToldTarget) -> Shape:
    return {
        "filter": one.filter,
        "target": one.target,
        "task_queue_sid": one.queue_sid,
        "task_queue_name": one.queue_name,
        "expression": one.expression,
        "order_by": one.order_by,
        "skip_if": one.skip_if,
        "priority": one.priority,
        "ends": iso(one.ends),
        "progress": one.progress,
    }


def offer(one: Reservation, worker_name: str) -> Shape:
    pending = one.reservation_status == "pending"
    return {
        "sid": one.sid,
        "worker_sid": one.worker_sid,
        "worker_name": worker_name or None,
        "reservation_status": one.reservation_status,
        "round": one.round,
        "date_created": iso(one.date_created),
        "date_updated": iso(one.date_updated),
        "times_out": iso(one.timeout_at) if pending else None,
    }


def in_words(seen: Seen, target: ToldTarget | None) -> str:
    """One sentence for a log or a failing test."""
    task = seen.task
    if task.assignment_status == "pending":
        return waiting_in_words(seen, target)
    having = ", ".join(seen.having)
    if task.assignment_status == "reserved":
        return f"It rings at {having}."
    if task.ended_at is None:
        has = "has" if len(seen.having) == 1 else "have"
        return f"It is {task.assignment_status}: {having} {has} it."
    because = f": {task.reason}" if task.reason else ""
    return f"It was {task.assignment_status} at {iso(task.ended_at)}{because}."


def waiting_in_words(seen: Seen, target: ToldTarget | None) -> str:
    place = f"in {queue_name(seen)}" if queue_name(seen) else "for its worker"
    if seen.task.transfer_sid:
        place = f"to be handed over, {place}"
    number = f", number {seen.line.position} of {seen.line.length}" if seen.line else ""
    ends = iso(target.ends) if target else None
    until = f", in this target until {ends}" if ends else ""
    why = f" {seen.held.text}" if seen.held and seen.held.text else ""
    return f"It waits {place}{number}{until}.{why}"


view = endpoint(GET=fetch)
