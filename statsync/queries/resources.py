"""The mirror, for forms and lists."""

import json
from dataclasses import dataclass
from typing import Any

from statsync.models import ActivityKind, Command, Resource, Spell, Workspace


@dataclass(frozen=True, slots=True)
class Activity:
    sid: str
    name: str
    available: bool
    kind: str
    limit_seconds: int | None
    guessed: bool
    workers: int
    "How many are in it now."


@dataclass(frozen=True, slots=True)
class Channel:
    name: str
    capacity: int
    available: bool


@dataclass(frozen=True, slots=True)
class Worker:
    sid: str
    name: str
    activity_sid: str
    activity_name: str
    attributes: str
    channels: list[Channel]


def bodies(workspace: Workspace, kind: str, **more: Any) -> list[dict[str, Any]]:
    rows = Resource.objects.filter(
        workspace=workspace, kind=kind, deleted=False, **more
    )
    return [
        {**json.loads(row.body), "sid": row.sid, "name": row.name}
        for row in rows.order_by("name", "sid")
    ]


def activities(workspace: Workspace) -> list[Activity]:
    """By name; each with its kind and how many workers are in it."""
    kinds = {
        one.activity_sid: one
        for one in ActivityKind.objects.filter(workspace=workspace).order_by("from_ms")
    }
    held: dict[str, int] = {}
    for worker in bodies(workspace, "worker"):
        sid = worker.get("activity_sid") or ""
        held[sid] = held.get(sid, 0) + 1
    return [
        Activity(
            one["sid"],
            one["name"],
            bool(one.get("available")),
            kinds[one["sid"]].kind if one["sid"] in kinds else "",
            kinds[one["sid"]].limit_seconds if one["sid"] in kinds else None,
            kinds[one["sid"]].guessed if one["sid"] in kinds else True,
            held.get(one["sid"], 0),
        )
        for one in bodies(workspace, "activity")
    ]


def workers(workspace: Workspace) -> list[Worker]:
    """By name, without their channels: the list of 15,000 needs one query."""
    return [worker_of(one, []) for one in bodies(workspace, "worker")]


def worker(workspace: Workspace, sid: str) -> Worker | None:
    found = bodies(workspace, "worker", sid=sid)
    if not found:
        return None
    channels = bodies(workspace, "worker_channel", parent_sid=sid)
    return worker_of(found[0], [channel_of(one) for one in channels])


def worker_of(body: dict[str, Any], channels: list[Channel]) -> Worker:
    return Worker(
        body["sid"],
        body["name"],
        body.get("activity_sid") or "",
        body.get("activity_name") or "",
        body.get("attributes") or "{}",
        sorted(channels, key=lambda one: one.name),
    )


def channel_of(body: dict[str, Any]) -> Channel:
    return Channel(
        body.get("task_channel_unique_name") or "",
        int(body.get("configured_capacity", 1)),
        bool(body.get("available", True)),
    )


def channel_names(workspace: Workspace) -> list[str]:
    return [str(one.get("unique_name")) for one in bodies(workspace, "task_channel")]


def queues(workspace: Workspace) -> list[tuple[str, str]]:
    """(sid, name) by name."""
    return [(one["sid"], one["name"]) for one in bodies(workspace, "task_queue")]


def expressions(workspace: Workspace) -> list[tuple[str, str]]:
    """(queue name, target expression) by name."""
    return [
        (one["name"], one.get("target_workers") or "")
        for one in bodies(workspace, "task_queue")
    ]


def commands_about(workspace: Workspace, sid: str, most: int = 20) -> list[Command]:
    """The latest changes somebody asked for, newest first."""
    rows = Command.objects.filter(workspace=workspace, subject_sid=sid)
    return list(rows.select_related("person").order_by("-asked_ms")[:most])


def known_since(workspace: Workspace, sid: str) -> int | None:
    """When the worker's first known spell began, ms."""
    rows = Spell.objects.filter(workspace=workspace, worker_sid=sid)
    return rows.order_by("started_ms").values_list("started_ms", flat=True).first()
