"""Definitions: guessed at first contact, read for the fold."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter, itemgetter

from statsync import models
from statsync.models import Workspace
from statsync.records import parse
from statsync.select import marks, select
from statsync.timelines import Definitions, QueueRule, Rule

QUEUE_CHANGES = (
    "task-queue.created",
    "task-queue.expression.updated",
    "task-queue.deleted",
)
AT_FIRST = "target_workers_at_first"
"In the mirror, beside what changes: a queue's expression at first contact."
GUESSED_REASONS = {
    "hangup": "customer left",
    "customer left": "customer left",
    "abandoned": "customer left",
    "caller hung up": "customer left",
    "callback": "callback",
    "callback requested": "callback",
    "voicemail": "voicemail",
    "test": "test",
    "workflow timed out": "ran out of steps",
    "no filter of the workflow matched": "ran out of steps",
    "task ttl exceeded": "expired",
    "task ttl exceeded or max assignment count exceeded": "expired",
}
GUESSED_FIELDS = {
    "worker": {
        "team": "team",
        "site": "site",
        "skills": "skills",
        "full_name": "full_name",
    },
    "task": {
        "customer": "name",
        "number": "from",
        "direction": "direction",
        "language": "language",
        "vip": "vip",
    },
}
# (word in the activity's name, kind, limit in seconds)
GUESSED_KINDS = (
    ("miss", "missed offer", 60),
    ("offline", "offline", None),
    ("logged out", "offline", None),
    ("break", "break", 900),
    ("meal", "meal", 2700),
    ("lunch", "meal", 2700),
    ("meeting", "meeting", 3600),
    ("training", "training", 5400),
    ("project", "project", 7200),
    ("wrap", "wrap", 180),
)
DEFERRED = {"email": 4 * 3600}
"Channels answered within hours, and their T in seconds."


def guess_all(workspace: Workspace) -> None:
    """At first contact. Every row is marked as a guess until somebody says otherwise."""
    models.WorkspaceRule.objects.get_or_create(workspace=workspace)
    models.ServiceRule.objects.get_or_create(
        workspace=workspace, queue_sid="", channel=""
    )
    for channel, seconds in DEFERRED.items():
        models.ServiceRule.objects.get_or_create(
            workspace=workspace,
            queue_sid="",
            channel=channel,
            defaults={"t_seconds": seconds, "deferred": True},
        )
    for reason, cause in GUESSED_REASONS.items():
        models.ReasonCause.objects.get_or_create(
            workspace=workspace, reason=reason, defaults={"cause": cause}
        )
    for of, fields in GUESSED_FIELDS.items():
        for field, attribute in fields.items():
            models.FieldMap.objects.get_or_create(
                workspace=workspace,
                of=of,
                field=field,
                defaults={"attribute": attribute},
            )


def guess_kinds(
    workspace: Workspace, activities: Iterable[tuple[str, str, bool]]
) -> None:
    """`activities`: (sid, name, takes tasks). Only those nobody has judged yet."""
    known = set(
        models.ActivityKind.objects.filter(workspace=workspace).values_list(
            "activity_sid", flat=True
        )
    )
    models.ActivityKind.objects.bulk_create(
        kind_of(workspace, sid, name, available)
        for sid, name, available in activities
        if sid not in known
    )


def kind_of(
    workspace: Workspace, sid: str, name: str, available: bool
) -> models.ActivityKind:
    kind, limit = ("ready", None) if available else guess_kind(name)
    return models.ActivityKind(
        workspace=workspace,
        activity_sid=sid,
        kind=kind,
        limit_seconds=limit,
        signed_in=kind != "offline",
    )


def guess_kind(name: str) -> tuple[str, int | None]:
    for word, kind, limit in GUESSED_KINDS:
        if word in name.lower():
            return kind, limit
    return "break", None


CAUSES = """
SELECT reason, from_ms, cause FROM statsync_reasoncause WHERE workspace_id = %s
"""
RULES = """
SELECT queue_sid, channel, from_ms, t_seconds, s_seconds FROM statsync_servicerule
WHERE workspace_id = %s
"""
DIRECTIONS = """
SELECT '', from_ms, attribute FROM statsync_fieldmap
WHERE workspace_id = %s AND of = 'task' AND field = 'direction'
"""


def fold_definitions(workspace: Workspace) -> Definitions:
    """What the fold of tasks needs to know."""
    of = [workspace.pk]
    causes = [(reason.lower(), ms, cause) for reason, ms, cause in select(CAUSES, of)]
    rules = [
        Rule(queue_sid, channel, from_ms, t_seconds * 1000, s_seconds * 1000)
        for queue_sid, channel, from_ms, t_seconds, s_seconds in select(RULES, of)
    ]
    return Definitions(dated(causes), rules, dated(select(DIRECTIONS, of))[""])


def dated(rows: Iterable[tuple[str, int, str]]) -> dict[str, list[tuple[int, str]]]:
    """Key, from when, value: by key, in order of time."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for key, from_ms, value in sorted(rows, key=itemgetter(1)):
        found[key].append((from_ms, value))
    return found


def activity_kinds(workspace: Workspace) -> dict[str, list[tuple[int, str]]]:
    """Activity sid to its kinds; what does not count as signed in is offline."""
    rows = models.ActivityKind.objects.filter(workspace=workspace)
    return dated(
        (one.activity_sid, one.from_ms, one.kind if one.signed_in else "offline")
        for one in rows
    )


def deferred_channels(
    workspace: Workspace, moments: Iterable[int]
) -> dict[int, frozenset[str]]:
    """At each moment, those that do not count as busy."""
    rows = models.ServiceRule.objects.filter(workspace=workspace).exclude(channel="")
    rules = list(rows.order_by("from_ms"))
    return {at: deferred_at(rules, at) for at in moments}


def deferred_at(rules: Iterable[models.ServiceRule], ms: int) -> frozenset[str]:
    held = {
        (one.queue_sid, one.channel): one.deferred for one in rules if one.from_ms <= ms
    }
    return frozenset(channel for (_, channel), deferred in held.items() if deferred)


# About no task and no worker: there are few, and they have an index of their own.
OF_QUEUES = """
SELECT body FROM statsync_event
WHERE workspace_id = %s AND task_sid = '' AND worker_sid = '' AND type IN ({types})
"""
QUEUES = """
SELECT sid, body FROM statsync_resource WHERE workspace_id = %s AND kind = 'task_queue'
"""


def queue_rules(workspace: Workspace) -> Sequence[QueueRule]:
    """Each queue's expression over time: by events; before the first, as it was found."""
    sql = OF_QUEUES.format(types=marks(QUEUE_CHANGES))
    told = [parse(body) for (body,) in select(sql, [workspace.pk, *QUEUE_CHANGES])]
    told.sort(key=attrgetter("ms", "sid"))
    first = {one.data.task_queue_sid: one.type for one in reversed(told)}
    rules = [
        QueueRule(sid, 0, expression)
        for sid, expression in at_first_contact(workspace)
        if first.get(sid) != "task-queue.created"
    ]
    for event in told:
        gone = event.type == "task-queue.deleted"
        expression = None if gone else event.data.task_queue_target_expression
        rules.append(QueueRule(event.data.task_queue_sid or "", event.ms, expression))
    return rules


def at_first_contact(workspace: Workspace) -> list[tuple[str, str | None]]:
    """The queues that were there, and their expressions then."""
    rows = select(QUEUES, [workspace.pk])
    bodies = [(sid, json.loads(body)) for sid, body in rows]
    return [(sid, body[AT_FIRST]) for sid, body in bodies if AT_FIRST in body]
