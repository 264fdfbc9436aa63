"""Full lists and statistics, as polled: TaskRouter's own word beside ours."""

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


def resources(workspace: Workspace, channels: int = CHANNELS_PER_RUN) -> None:
    """Every list, then the channels of the workers seen longest ago."""
    client = connections.of(workspace)
    for kind, (path, key) in LISTS.items():
        asked = now_ms()
        items = client.listed(workspace.sid, path, key)
        store_resources(workspace, kind, items, True, asked)
    for sid in longest_unseen(workspace, channels):
        worker_channels(workspace, client, sid)


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


def worker_channels(workspace: Workspace, client: Client, worker_sid: str) -> None:
    asked = now_ms()
    path = f"Workers/{worker_sid}/Channels"
    items = client.listed(workspace.sid, path, "channels")
    store_resources(workspace, "worker_channel", items, True, asked, worker_sid)


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
