"""Full lists and statistics, as polled: TaskRouter's own word beside ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clock import now_ms
from statsync import connections
from statsync.actions import samples
from statsync.actions.resources import store_resources
from statsync.client import Client
from statsync.models import Resource, Workspace

# kind -> (path, key); activities first, for workers are shown by them.
LISTS = {
    "activity": ("Activities", "activities"),
    "task_channel": ("TaskChannels", "channels"),
    "task_queue": ("TaskQueues", "task_queues"),
    "workflow": ("Workflows", "workflows"),
    "worker": ("Workers", "workers"),
}
CHANNELS_PER_RUN = 12
"Worker channels are read round-robin: one call per five seconds at most."
CHANNELS_AT_FIRST = 60
BULK = 50
MINUTES = 15


@dataclass(frozen=True, slots=True)
class Read:
    """A full list as TaskRouter gave it; `parent_sid` of a worker's channels."""

    kind: str
    items: list[dict[str, Any]]
    asked_ms: int
    parent_sid: str = ""


def read_lists(client: Client, workspace_sid: str) -> Iterator[Read]:
    for kind, (path, key) in LISTS.items():
        asked = now_ms()
        yield Read(kind, client.listed(workspace_sid, path, key), asked)


def read_channels(client: Client, workspace_sid: str, worker_sid: str) -> Read:
    asked, path = now_ms(), f"Workers/{worker_sid}/Channels"
    items = client.listed(workspace_sid, path, "channels")
    return Read("worker_channel", items, asked, worker_sid)


def read_at_first(client: Client, workspace_sid: str) -> list[Read]:
    """What a board needs on its first day: every list, and some workers' channels."""
    lists = list(read_lists(client, workspace_sid))
    workers = [
        item["sid"] for one in lists if one.kind == "worker" for item in one.items
    ]
    first = workers[:CHANNELS_AT_FIRST]
    return [*lists, *(read_channels(client, workspace_sid, sid) for sid in first)]


def store(workspace: Workspace, read: Read) -> None:
    store_resources(
        workspace, read.kind, read.items, True, read.asked_ms, read.parent_sid
    )


def resources(workspace: Workspace, channels: int = CHANNELS_PER_RUN) -> None:
    """Every list, then the channels of the workers seen longest ago."""
    client = connections.of(workspace)
    for read in read_lists(client, workspace.sid):
        store(workspace, read)
    for sid in longest_unseen(workspace, channels):
        store(workspace, read_channels(client, workspace.sid, sid))


def longest_unseen(workspace: Workspace, most: int) -> list[str]:
    """Workers whose channels were never read, then those read longest ago."""
    rows = Resource.objects.filter(workspace=workspace)
    seen: dict[str, int] = {}
    for parent, ms in rows.filter(kind="worker_channel").values_list(
        "parent_sid", "seen_ms"
    ):
        seen[parent] = min(ms, seen.get(parent, ms))
    workers = rows.filter(kind="worker", deleted=False).values_list("sid", flat=True)
    return sorted(workers, key=lambda sid: seen.get(sid, 0))[:most]


def realtime(workspace: Workspace) -> None:
    client, asked = connections.of(workspace), now_ms()
    keep(workspace, "realtime", "workspace", client.realtime(workspace.sid), asked)
    keep(
        workspace, "realtime", "workers", client.realtime_workers(workspace.sid), asked
    )
    sids = queue_sids(workspace)
    for at in range(0, len(sids), BULK):
        body = client.realtime_queues(workspace.sid, sids[at : at + BULK])
        keep(workspace, "realtime", "queues", body, asked)


def cumulative(workspace: Workspace) -> None:
    client, asked = connections.of(workspace), now_ms()
    body = client.cumulative(workspace.sid, MINUTES)
    keep(workspace, "cumulative", "workspace", body, asked)
    for sid in queue_sids(workspace)[:BULK]:
        body = client.cumulative_queue(workspace.sid, sid, MINUTES)
        keep(workspace, "cumulative", sid, body, asked)


def keep(workspace: Workspace, kind: str, subject: str, body: str, asked: int) -> None:
    samples.store_sample(workspace, kind, subject, body, asked)


def queue_sids(workspace: Workspace) -> list[str]:
    rows: Any = Resource.objects.filter(
        workspace=workspace, kind="task_queue", deleted=False
    )
    return list(rows.order_by("sid").values_list("sid", flat=True))
