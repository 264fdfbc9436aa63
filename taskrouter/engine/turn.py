"""One command being decided: what changed, what it caused, and how to take it back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from taskrouter.engine.commands import Source
from taskrouter.engine.events import (
    NOTHING,
    Data,
    Event,
    Measured,
    workspace_block,
)
from taskrouter.engine.records import KIND_OF, Record, Workspace, changed
from taskrouter.engine.sids import Sids
from taskrouter.engine.state import State

R = TypeVar("R", bound=Record)


class Change(msgspec.Struct, frozen=True):
    """A record as it now is; None: it is gone."""

    kind: str
    sid: str
    workspace_sid: str
    record: Record | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """A reservation somebody's callback address is to be told of."""

    reservation_sid: str
    workflow_sid: str
    url: str
    fallback_url: str | None


@dataclass(slots=True)
class Turn:
    state: State
    now: int
    sids: Sids
    source: Source
    events: list[Event] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    freed: dict[str, None] = field(default_factory=dict)
    "Workers who may take more than before, in the order that came about."
    short: dict[str, None] = field(default_factory=dict)
    "Tasks that ring at fewer workers than before."
    handling: tuple[str, str] | None = None
    "What is due and being dealt with, by kind and sid."
    _changes: dict[str, tuple[Record, Record | None]] = field(default_factory=dict)
    _undo: list[tuple[str, str, Record | None]] = field(default_factory=list)

    def put(self, record: R) -> R:
        self._remember(KIND_OF[type(record)], record.sid)
        self.state.put(record)
        self._changes[record.sid] = record, record
        return record

    def update(self, record: R, **fields: Any) -> R:
        """As put, with these fields changed and the record's version one higher."""
        version = getattr(record, "version", None)
        if version is not None:
            fields["version"] = version + 1
        return self.put(changed(record, date_updated=self.now, **fields))

    def touch(self, record: R, **fields: Any) -> R:
        """Changes what the API does not show, so its version stays."""
        return self.put(changed(record, **fields))

    def drop(self, record: Record) -> None:
        kind = KIND_OF[type(record)]
        self._remember(kind, record.sid)
        self.state.drop(kind, record.sid)
        self._changes[record.sid] = record, None

    def _remember(self, kind: str, sid: str) -> None:
        self._undo.append((kind, sid, self.state.tables[kind].get(sid)))

    def tell(
        self,
        type: str,
        about: tuple[str, str],
        workspace_sid: str,
        description: str,
        *blocks: Data,
        measured: Measured = NOTHING,
    ) -> None:
        """Reports an event. `about` is the resource's type (as task) and its sid."""
        data = workspace_block(self.state, workspace_sid)
        for block in blocks:
            data |= block
        self.events.append(
            Event(
                self.sids.new("EV"),
                self.state.workspaces[workspace_sid],
                self.now,
                type,
                description,
                *about,
                self.source,
                data,
                measured,
            )
        )

    def changes(self) -> tuple[Change, ...]:
        found = [
            Change(KIND_OF[type(of)], sid, place_of(of), record)
            for sid, (of, record) in self._changes.items()
        ]
        return tuple(found)

    def take_back(self) -> None:
        """Leaves the state as it was before the turn."""
        for kind, sid, record in reversed(self._undo):
            if record is not None:
                self.state.put(record)
            elif self.state.get(kind, sid) is not None:
                self.state.drop(kind, sid)

    def look_again(self, task_sid: str) -> None:
        """Once all else is done, the task rings at others too."""
        self.short[task_sid] = None

    def free(self, worker_sids: Iterable[str]) -> None:
        self.freed |= dict.fromkeys(worker_sids)


def place_of(record: Record) -> str:
    """The workspace it is in, or is."""
    return record.sid if isinstance(record, Workspace) else record.workspace_sid
