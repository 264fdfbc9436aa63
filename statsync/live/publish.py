"""From what was touched to live rows, inside the transaction that touched it."""

from typing import Any

from django.db import transaction

from statsync import alerts
from statsync.actions import lock
from statsync.live import table
from statsync.live.feeds import feed_rows
from statsync.live.floor import Floor
from statsync.live.happenings import change_rows, command_row
from statsync.live.intervals import interval_rows
from statsync.live.published import Published
from statsync.live.queues import queue_rows, total_row
from statsync.live.room import Room
from statsync.live.table import Draft, Drafts
from statsync.live.touched import Touched
from statsync.live.workers import worker_rows
from statsync.models import Command, LiveRow, Workspace

Bodies = dict[str, dict[str, Any]]
DRAWN = ("worker", "queue", "total", "need", "feed")
"Kinds of rows that follow from each other."


def publish(workspace: Workspace, touched: Touched, now: int) -> None:
    """Everything the change shows on a board; rows that stay the same are not sent.

    Whoever publishes holds the workspace's lock from before he read, so that no row is
    overwritten by an older one. Of these functions, those that open the transaction
    take the lock themselves.
    """
    floor, published = Floor(workspace, now), Published(workspace, DRAWN)
    drafts: Drafts = {}
    drafts |= keyed("change", change_rows(touched.events, now))
    drafts |= {("change", sid): Draft(None) for sid in touched.withdrawn}
    if touched.tasks or touched.workers or touched.queues or touched.config:
        workers = published.bodies("worker")
        wanted = None if touched.config or not workers else touched.workers
        refresh(workers, computed := worker_rows(floor, wanted))
        drafts |= keyed("worker", computed)
        draw_queues(floor, workers, drafts, published)
    table.write(workspace, drafts, now, published)


def refresh(workers: Bodies, computed: dict[str, Draft]) -> None:
    for sid, draft in computed.items():
        if draft.body is None:
            workers.pop(sid, None)
        else:
            workers[sid] = draft.body


def draw_queues(
    floor: Floor, workers: Bodies, drafts: Drafts, published: Published
) -> None:
    """Queues, the total and what needs a hand follow from the workers and the stays."""
    room = Room(floor)
    queues = queue_rows(room, workers)
    for sid in published.sids("queue"):
        queues.setdefault(sid, Draft(None))
    drafts |= keyed("queue", queues)
    drafts["total", floor.workspace.sid] = total_row(room, workers)
    bodies = {sid: one.body for sid, one in queues.items() if one.body is not None}
    found = alerts.needs(bodies, workers, published.bodies("feed"), floor.now)
    drafts |= {("need", sid): Draft(dict(row)) for sid, row in found.items()}
    for sid in published.sids("need"):
        drafts.setdefault(("need", sid), Draft(None))


def keyed(kind: str, rows: dict[str, Draft]) -> Drafts:
    return {(kind, sid): draft for sid, draft in rows.items()}


def fold_due(workspace: Workspace, now: int) -> int:
    """Rows that change because time has passed. How many were due."""
    if not table.due(workspace, now):
        return 0
    with transaction.atomic():
        lock.hold(workspace)
        due = table.due(workspace, now)
        drafts: Drafts = {}
        floor, published = Floor(workspace, now), Published(workspace, DRAWN)
        workers = published.bodies("worker")
        late = {sid for kind, sid in due if kind == "worker"}
        refresh(workers, computed := worker_rows(floor, late))
        drafts |= keyed("worker", computed)
        draw_queues(floor, workers, drafts, published)
        drafts |= {(kind, sid): Draft(None) for kind, sid in due if kind == "change"}
        table.write(workspace, drafts, now, published)
    table.sweep(workspace, now)
    return len(due)


def refresh_feeds(workspace: Workspace, now: int) -> None:
    """After a feed's health changed; a feed that is late is also something to act on."""
    with transaction.atomic():
        lock.hold(workspace)
        drafts = keyed("feed", rows := feed_rows(workspace))
        feeds = {sid: one.body for sid, one in rows.items() if one.body is not None}
        stale = alerts.needs({}, {}, feeds, now)
        needs = {("need", sid): Draft(dict(row)) for sid, row in stale.items()}
        published = LiveRow.objects.filter(
            workspace=workspace, kind="need", sid__startswith="feed:", gone_ms=None
        )
        for sid in published.values_list("sid", flat=True):
            needs.setdefault(("need", sid), Draft(None))
        table.write(workspace, drafts | needs, now)


def publish_intervals(workspace: Workspace, now: int) -> None:
    rows = interval_rows(Floor(workspace, now))
    table.write(workspace, keyed("interval", rows), now)


def publish_command(command: Command, now: int) -> None:
    table.write(command.workspace, keyed("change", command_row(command)), now)
