"""Events as TaskRouter tells them, one function per family; a test names what matters."""

import json
from itertools import count
from typing import Any

from statsync.actions import accounts
from statsync.actions.resources import store_resources
from statsync.models import ActivityKind, Window, Workspace
from statsync.records import EventRecord, parse

NOON = 1_767_268_800_000  # 2026-01-01 12:00 UTC
SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
QUARTER = 15 * MINUTE
ANN = "WK" + "a" * 32
Q1, Q2 = "WQ" + "1" * 32, "WQ" + "2" * 32
AVAILABLE, BREAK, OFFLINE = ("WA" + digit * 32 for digit in "123")
NAMES = {AVAILABLE: "Available", BREAK: "Break", OFFLINE: "Offline"}
TASK = "WT" + "1" * 32

_sids = count(1)


def event(ms: int, type: str, **data: Any) -> EventRecord:
    body = {
        "sid": f"EV{next(_sids):032x}",
        "event_type": type,
        "event_date_ms": ms,
        "event_data": data,
    }
    return parse(json.dumps(body))


def task(ms: int, what: str, sid: str = TASK, **data: Any) -> EventRecord:
    """task.*, such as "created" and "canceled"."""
    return event(ms, f"task.{what}", **of_task(sid, data))


def entered(ms: int, queue: str = Q1, sid: str = TASK, **data: Any) -> EventRecord:
    return event(ms, "task-queue.entered", task_queue_sid=queue, **of_task(sid, data))


def offer(
    ms: int, what: str, sid: str = "WR1", queue: str = Q1, of: str = TASK, **data: Any
) -> EventRecord:
    """reservation.*, Ann's unless `worker_sid` says otherwise."""
    told = {"worker_sid": ANN, "task_queue_sid": queue, "reservation_sid": sid, **data}
    return event(ms, f"reservation.{what}", **of_task(of, told))


def of_task(sid: str, data: dict[str, Any]) -> dict[str, Any]:
    boring = {"task_channel_unique_name": "voice", "task_attributes": "{}"}
    return {"task_sid": sid, "workflow_sid": "WW" + "1" * 32, **boring, **data}


def left(ms: int, sid: str = TASK) -> EventRecord:
    """The customer hangs up."""
    return task(ms, "canceled", sid, task_canceled_reason="hangup")


def worker(
    ms: int, what: str, activity: str = AVAILABLE, sid: str = ANN, **data: Any
) -> EventRecord:
    """worker.*, such as "activity.update"."""
    boring = {"worker_name": "Ann", "worker_attributes": "{}"}
    doing = {
        "worker_activity_sid": activity,
        "worker_activity_name": NAMES[activity],
    }
    return event(ms, f"worker.{what}", worker_sid=sid, **boring | doing | data)


def queue(ms: int, what: str, expression: str, sid: str = Q1) -> EventRecord:
    """task-queue.*, such as "expression.updated"."""
    told = {"task_queue_sid": sid, "task_queue_target_expression": expression}
    return event(ms, f"task-queue.{what}", task_queue_name=sid[-2:], **told)


def connected(expression: str = "1==1") -> Workspace:
    """Two queues of this expression, three activities, voice; no past to read."""
    account = accounts.save_account("AC" + "1" * 32, "http://127.0.0.1:1", "token")
    item = {"sid": "WS" + "1" * 32, "friendly_name": "Floor"}
    workspace = accounts.save_workspace(account, item, NOON)
    Window.objects.filter(workspace=workspace).delete()
    for activity, kind in (
        (AVAILABLE, "ready"),
        (BREAK, "break"),
        (OFFLINE, "offline"),
    ):
        ActivityKind.objects.create(
            workspace=workspace, activity_sid=activity, kind=kind
        )
    queues = [
        {"sid": sid, "friendly_name": name, "target_workers": expression}
        for sid, name in ((Q1, "Q1"), (Q2, "Q2"))
    ]
    voice = {"sid": "TC1", "friendly_name": "Voice", "unique_name": "voice"}
    store_resources(workspace, "task_queue", queues, True, 0)
    store_resources(workspace, "task_channel", [voice], True, 0)
    return workspace
