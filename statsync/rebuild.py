"""All facts anew from the ledger: replaces them, or tells where they differ.

Chunk by chunk, each in a transaction of its own: neither memory nor the wait of ingestion
grows with the history.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import chain
from typing import Any

from django.db import transaction

from statsync import live, models, timelines
from statsync.actions import ledger, lock
from statsync.actions.definitions import fold_definitions, queue_rules
from statsync.actions.facts import Refolded, mark_dirty
from statsync.actions.insert import insert
from statsync.live.touched import Touched
from statsync.models import Workspace
from statsync.timelines import FOLDED_FOR_WORKERS, Membership, Offer, Spell, Stay
from statsync.timelines.changes import offer_span, spell_span, stay_span

Facts = dict[type, set[Any]]
SPANS: dict[type, Callable[[Any], timelines.Span]] = {
    Stay: stay_span,
    Offer: offer_span,
    Spell: spell_span,
}
"Which quarters count a fact; none counts memberships."


def tasks_anew(workspace: Workspace, sids: Sequence[str]) -> Facts:
    definitions = fold_definitions(workspace)
    told = ledger.of_tasks(workspace, sids)
    folded = [timelines.fold_task(events, definitions) for events in told.values()]
    return {
        Stay: set(chain.from_iterable(one.stays for one in folded)),
        Offer: set(chain.from_iterable(one.offers for one in folded)),
    }


def workers_anew(workspace: Workspace, sids: Sequence[str]) -> Facts:
    rules = queue_rules(workspace)
    told = ledger.of_workers(workspace, dict.fromkeys(sids, -1), FOLDED_FOR_WORKERS)
    folded: Facts = {Spell: set(), Membership: set()}
    for events in told.values():
        folded[Spell].update(timelines.fold_spells(events))
        folded[Membership].update(timelines.fold_memberships(events, rules))
    return folded


@dataclass(frozen=True, slots=True)
class Part:
    """Facts of one key; `at_once` keys are folded together."""

    key: str
    at_once: int
    models: Mapping[type, Any]
    anew: Callable[[Workspace, Sequence[str]], Facts]

    def chunks(self, workspace: Workspace) -> Iterator[list[str]]:
        """Keys in order; also those whose facts no event tells of any more."""
        last = ""
        while chunk := self.following(workspace, last):
            yield chunk
            last = chunk[-1]

    def following(self, workspace: Workspace, last: str) -> list[str]:
        found: set[str] = set()
        for model in (models.Event, *self.models.values()):
            rows = model.objects.filter(
                workspace=workspace, **{f"{self.key}__gt": last}
            )
            # The words of the ledger's partial indexes, or they are not used.
            sids = rows.exclude(**{self.key: ""}).order_by(self.key)
            found |= set(
                sids.values_list(self.key, flat=True).distinct()[: self.at_once]
            )
        return sorted(found)[: self.at_once]

    def rows(self, workspace: Workspace, kind: type, sids: Sequence[str]) -> Any:
        of = {"workspace": workspace, f"{self.key}__in": sids}
        return self.models[kind].objects.filter(**of)

    def kept(self, workspace: Workspace, sids: Sequence[str]) -> Facts:
        return {
            kind: {
                kind(*values)
                for values in self.rows(workspace, kind, sids).values_list(
                    *(one.name for one in fields(kind))
                )
            }
            for kind in self.models
        }


PARTS = (
    Part("task_sid", 400, {Stay: models.Stay, Offer: models.Offer}, tasks_anew),
    Part(
        "worker_sid",
        20,
        {Spell: models.Spell, Membership: models.Membership},
        workers_anew,
    ),
)


def replace(workspace: Workspace, now_ms: int) -> None:
    """Writes anew what differs; the quarters it reaches are to be counted again."""
    for part in PARTS:
        for sids in part.chunks(workspace):
            with transaction.atomic():
                lock.hold(workspace)
                replace_chunk(workspace, part, sids, now_ms)
    with transaction.atomic():
        lock.hold(workspace)
        live.publish(workspace, Touched(config=True), now_ms)


def replace_chunk(
    workspace: Workspace, part: Part, sids: Sequence[str], now_ms: int
) -> None:
    kept, anew, done = (
        part.kept(workspace, sids),
        part.anew(workspace, sids),
        Refolded(),
    )
    for kind in part.models:
        differing = kept[kind] ^ anew[kind]
        if differing:
            part.rows(workspace, kind, sids).delete()
            insert(workspace, kind, anew[kind])
        if kind in SPANS:
            for fact in differing:
                done.mark(SPANS[kind](fact), now_ms)
    mark_dirty(workspace, done.dirty)


@dataclass
class Found:
    """How many facts of a kind are only on one side, and one of them."""

    count: int = 0
    example: Any = None

    def note(self, facts: Iterable[Any]) -> None:
        for fact in facts:
            self.count += 1
            self.example = min(self.example or fact, fact, key=str)


@dataclass
class Difference:
    lacking: Found = field(default_factory=Found)
    "Kept, and not what the ledger tells."
    missing: Found = field(default_factory=Found)

    def sentences(self, name: str) -> list[str]:
        sides = (
            (self.lacking, "rows a rebuild lacks"),
            (self.missing, "rows only in a rebuild"),
        )
        return [
            f"{name}: {side.count} {words}, as {side.example}"
            for side, words in sides
            if side.count
        ]


def differences(workspace: Workspace) -> list[str]:
    """Where the facts are not what a rebuild would give, in words; [] where they are."""
    found = {kind: Difference() for part in PARTS for kind in part.models}
    for part in PARTS:
        for sids in part.chunks(workspace):
            with transaction.atomic():
                lock.hold(workspace)
                kept, anew = part.kept(workspace, sids), part.anew(workspace, sids)
            for kind in part.models:
                found[kind].lacking.note(kept[kind] - anew[kind])
                found[kind].missing.note(anew[kind] - kept[kind])
    return [
        sentence
        for kind, one in found.items()
        for sentence in one.sentences(kind.__name__)
    ]
