"""All facts anew from the ledger: replaces them, or tells where they differ."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django.db import transaction

from statsync import models, timelines
from statsync.actions import ledger, lock
from statsync.actions.definitions import fold_definitions, queue_rules
from statsync.actions.insert import insert
from statsync.models import Workspace
from statsync.timelines import FOLDED_FOR_WORKERS, WORKER_TYPES

MODELS: dict[type, Any] = {
    timelines.Stay: models.Stay,
    timelines.Offer: models.Offer,
    timelines.Spell: models.Spell,
    timelines.Membership: models.Membership,
}
Rows = dict[type, set[tuple[Any, ...]]]
CHUNK = 500


def folded(workspace: Workspace) -> dict[type, list[Any]]:
    """Every fact that the ledger tells of."""
    found: dict[type, list[Any]] = {kind: [] for kind in MODELS}
    definitions, rules = fold_definitions(workspace), queue_rules(workspace)
    for sids in chunked(distinct(workspace, "task_sid")):
        for events in ledger.of_tasks(workspace, sids, ledger.Parsed()).values():
            timeline = timelines.fold_task(events, definitions)
            found[timelines.Stay] += timeline.stays
            found[timelines.Offer] += timeline.offers
    workers = dict.fromkeys(distinct(workspace, "worker_sid"), -1)
    told = ledger.of_workers(workspace, workers, FOLDED_FOR_WORKERS)
    for events in told.values():
        found[timelines.Spell] += timelines.fold_spells(events)
        own = [one for one in events if one.type in WORKER_TYPES]
        found[timelines.Membership] += timelines.fold_memberships(own, rules)
    return found


def distinct(workspace: Workspace, field: str) -> list[str]:
    rows = models.Event.objects.filter(workspace=workspace).exclude(**{field: ""})
    return list(rows.order_by(field).values_list(field, flat=True).distinct())


def chunked(sids: list[str]) -> Iterable[list[str]]:
    for at in range(0, len(sids), CHUNK):
        yield sids[at : at + CHUNK]


def replace(workspace: Workspace) -> None:
    """Writes the facts anew, in one transaction."""
    with transaction.atomic():
        lock.hold(workspace)
        anew = folded(workspace)
        for kind, model in MODELS.items():
            model.objects.filter(workspace=workspace).delete()
            insert(workspace, kind, anew[kind])


def differences(workspace: Workspace) -> list[str]:
    """Where the facts are not what a rebuild would give, in words; [] where they are."""
    with transaction.atomic():
        lock.hold(workspace)
        anew = folded(workspace)
        return [
            sentence
            for kind, model in MODELS.items()
            for sentence in compared(workspace, kind, model, anew[kind])
        ]


def compared(
    workspace: Workspace, kind: type, model: Any, anew: list[Any]
) -> list[str]:
    names = [one.name for one in fields(kind)]
    kept = set(model.objects.filter(workspace=workspace).values_list(*names))
    wanted = {tuple(getattr(one, name) for name in names) for one in anew}
    sentences = []
    if kept - wanted:
        sentences.append(f"{kind.__name__}: {len(kept - wanted)} rows a rebuild lacks,")
        sentences[-1] += f" as {min(kept - wanted, key=str)}"
    if wanted - kept:
        sentences.append(
            f"{kind.__name__}: {len(wanted - kept)} rows only in a rebuild,"
        )
        sentences[-1] += f" as {min(wanted - kept, key=str)}"
    return sentences
