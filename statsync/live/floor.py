"""What every live row needs to know of the workspace: names, kinds, limits, the day."""

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from expressions import addressing
from statsync import days
from statsync.actions.definitions import deferred_at
from statsync.live.open_offers import OpenOffer, open_offers
from statsync.models import (
    ActivityKind,
    ServiceRule,
    Workspace,
    WorkspaceRule,
)
from statsync.models.definitions import Dated
from statsync.select import select

DatedRow = TypeVar("DatedRow", bound=Dated)
WINDOW_MS = 30 * 60_000
"Of the rolling service level."
DEFAULT_RULE = ServiceRule(queue_sid="", channel="")


IN_FORCE = """
SELECT * FROM {table} WHERE workspace_id = %s AND from_ms <= %s ORDER BY from_ms, id
"""
FIELDS = """
SELECT of, field, attribute FROM statsync_fieldmap WHERE workspace_id = %s
"""
RESOURCES = """
SELECT kind, sid, name, body FROM statsync_resource
WHERE workspace_id = %s AND kind IN ('task_queue', 'activity', 'task_channel')
  AND NOT deleted ORDER BY name, sid
"""


class Named(NamedTuple):
    sid: str
    name: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class QueueAt:
    sid: str
    name: str
    expression: str


@dataclass
class Floor:
    """The workspace at a moment; everything is read once, when first asked for."""

    workspace: Workspace
    now: int

    def _in_force(self, kind: type[DatedRow]) -> list[DatedRow]:
        """Definitions of a kind that hold or held, in order of time."""
        sql = IN_FORCE.format(table=kind._meta.db_table)
        return list(kind._default_manager.raw(sql, [self.workspace.pk, self.now]))

    @cached_property
    def rule(self) -> WorkspaceRule:
        rules = self._in_force(WorkspaceRule)
        return rules[-1] if rules else WorkspaceRule()

    @cached_property
    def today(self) -> days.Span:
        """The present day of the reporting zone: 23, 24 or 25 hours."""
        zone, minutes = self.rule.zone, self.rule.day_start_minutes
        return days.span_of(days.day_of(self.now, zone, minutes), zone, minutes)

    @property
    def day_start(self) -> int:
        return self.today[0]

    @property
    def day_end(self) -> int:
        return self.today[1]

    @cached_property
    def _resources(self) -> dict[str, list[Named]]:
        """What is not deleted, by kind, in order of names."""
        found: dict[str, list[Named]] = defaultdict(list)
        for kind, sid, name, body in select(RESOURCES, [self.workspace.pk]):
            found[kind].append(Named(sid, name, json.loads(body)))
        return found

    @cached_property
    def queues(self) -> dict[str, QueueAt]:
        return {
            sid: QueueAt(sid, name, addressing(body.get("target_workers") or ""))
            for sid, name, body in self._resources["task_queue"]
        }

    @cached_property
    def activities(self) -> dict[str, dict[str, Any]]:
        return {one.sid: one.body for one in self._resources["activity"]}

    @cached_property
    def channels(self) -> list[str]:
        """Unique names of the task channels."""
        bodies = [one.body for one in self._resources["task_channel"]]
        return [str(body.get("unique_name")) for body in bodies]

    @cached_property
    def open_offers(self) -> list[OpenOffer]:
        return open_offers(self.workspace)

    @cached_property
    def kinds(self) -> dict[str, ActivityKind]:
        return {row.activity_sid: row for row in self._in_force(ActivityKind)}

    @cached_property
    def service_rules(self) -> list[ServiceRule]:
        return self._in_force(ServiceRule)

    def service_rule(self, queue_sid: str) -> ServiceRule:
        """T, formula and levels of a queue where its channels do not differ."""
        fits = [
            one
            for one in self.service_rules
            if one.queue_sid in (queue_sid, "") and not one.channel
        ]
        return max(
            fits,
            key=lambda one: (one.queue_sid != "", one.from_ms),
            default=DEFAULT_RULE,
        )

    @cached_property
    def deferred(self) -> frozenset[str]:
        """Channels that are answered within hours; nobody holds the line there."""
        return deferred_at(self.service_rules, self.now)

    @cached_property
    def fields(self) -> dict[tuple[str, str], str]:
        """(of, field) to the attribute's path."""
        rows = select(FIELDS, [self.workspace.pk])
        return {(of, field): path for of, field, path in rows}
