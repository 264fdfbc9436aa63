"""Memberships of the workers that a batch touched, folded again from what stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from django.db import connection
from django.db.models import Q

from statsync import models, timelines
from statsync.actions import ledger
from statsync.actions.definitions import QUEUE_CHANGES, queue_rules
from statsync.actions.insert import insert
from statsync.models import Workspace
from statsync.records import EventRecord
from statsync.select import marks, select
from statsync.timelines import WORKER_TYPES, Membership, QueueRule

FORGET = """
DELETE FROM statsync_membership
WHERE workspace_id = %s AND worker_sid = %s AND queue_sid = %s AND from_ms = %s
"""
NAMES = [one.name for one in fields(Membership)]
REACHING = f"""
SELECT {", ".join(NAMES)} FROM statsync_membership
WHERE workspace_id = %s AND worker_sid IN ({{marks}})
  AND (to_ms IS NULL OR to_ms >= %s)
"""


def refold(workspace: Workspace, batch: Sequence[EventRecord]) -> None:
    """What a worker's event or a queue's says of who belonged where, from then on."""
    queues = [one for one in batch if one.type in QUEUE_CHANGES]
    workers = [one for one in batch if one.type in WORKER_TYPES]
    if not queues and not workers:
        return
    rules = queue_rules(workspace)
    since: dict[str, int] = {}
    if queues:
        forget_before(workspace, queues, rules)
        since = dict.fromkeys(known_workers(workspace), reach(queues, rules))
    for event in workers:
        at = since.get(event.worker_sid, event.ms)
        since[event.worker_sid] = min(at, event.ms)
    fold(workspace, since, rules)


def refold_all(workspace: Workspace) -> None:
    """After a change that no event tells of."""
    since = dict.fromkeys(known_workers(workspace), -1)
    fold(workspace, since, queue_rules(workspace))


def reach(queues: Sequence[EventRecord], rules: Sequence[QueueRule]) -> int:
    """From when on these events matter. One that was made, but is not told any more, may
    have hidden that its queue was there before."""
    told = {(one.queue_sid, one.from_ms) for one in rules}
    made = [one for one in queues if one.type == "task-queue.created"]
    if any((one.data.task_queue_sid, one.ms) not in told for one in made):
        return -1
    return min(one.ms for one in queues)


def forget_before(
    workspace: Workspace, queues: Sequence[EventRecord], rules: Sequence[QueueRule]
) -> None:
    """Nobody belongs to a queue that is not there yet."""
    rows = models.Membership.objects.filter(workspace=workspace)
    for sid in {one.data.task_queue_sid or "" for one in queues}:
        own = [one.from_ms for one in rules if one.queue_sid == sid]
        early = Q(from_ms__lt=min(own)) if own else Q()
        rows.filter(early, queue_sid=sid).delete()


def known_workers(workspace: Workspace) -> Iterable[str]:
    rows = models.Spell.objects.filter(workspace=workspace).values("worker_sid")
    return [one["worker_sid"] for one in rows.distinct()]


def fold(
    workspace: Workspace, since: Mapping[str, int], rules: Sequence[QueueRule]
) -> None:
    """`since`: worker sid to the first moment from which anything may differ."""
    if not since:
        return
    bases = ledger.last_before(workspace, since, WORKER_TYPES)
    after = {sid: bases.get(sid, 0) - 1 for sid in since}
    told = ledger.of_workers(workspace, after, WORKER_TYPES)
    known = reaching(workspace, since)
    gone: list[Membership] = []
    made: list[Membership] = []
    for sid, events in told.items():
        standing = [one for one in known[sid] if one.from_ms < since[sid]]
        now = timelines.fold_memberships(events, rules, standing, since[sid])
        gone += set(known[sid]) - set(now)
        made += set(now) - set(known[sid])
    forget(workspace, gone)
    insert(workspace, Membership, made)


def reaching(
    workspace: Workspace, since: Mapping[str, int]
) -> dict[str, list[Membership]]:
    """Each worker's that go on, or end at his moment or later."""
    found: dict[str, list[Membership]] = {sid: [] for sid in since}
    first = min(since.values())
    for chunk in ledger.chunks(sorted(since)):
        sql = REACHING.format(marks=marks(chunk))
        for row in select(sql, [workspace.pk, *chunk, first]):
            one = Membership(*row)
            if one.to_ms is None or one.to_ms >= since[one.worker_sid]:
                found[one.worker_sid].append(one)
    return found


def forget(workspace: Workspace, rows: Sequence[Membership]) -> None:
    keys = [(workspace.pk, one.worker_sid, one.queue_sid, one.from_ms) for one in rows]
    with connection.cursor() as cursor:
        cursor.executemany(FORGET, keys)
