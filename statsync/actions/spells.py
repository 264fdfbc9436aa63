"""Spells of the workers that a batch touched, folded again from the last that stands."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

from django.db import connection

from statsync import models, timelines
from statsync.actions import ledger
from statsync.actions.insert import insert
from statsync.models import Workspace
from statsync.timelines import FOLDED_FOR_WORKERS, Spell

FORGET = """
DELETE FROM statsync_spell WHERE workspace_id = %s AND worker_sid = %s
AND (started_ms > %s OR (started_ms = %s AND nth >= %s))
"""
NAMES = [one.name for one in fields(Spell)]


def refold(workspace: Workspace, earliest: Mapping[str, int]) -> set[str]:
    """`earliest`: worker sid to the first touched moment. Whose open spell changed."""
    if not earliest:
        return set()
    known = standing(workspace, earliest)
    return fold(workspace, {sid: known.get(sid) for sid in earliest})


def standing(workspace: Workspace, earliest: Mapping[str, int]) -> dict[str, Spell]:
    """The last spell that began before the first touched moment, of those who have one.

    It reaches to that moment, or is the worker's only way back to the beginning.
    """
    found: dict[str, Spell] = {}
    first = min(earliest.values(), default=0)
    for chunk in ledger.chunks(sorted(earliest)):
        rows = models.Spell.objects.filter(workspace=workspace, worker_sid__in=chunk)
        reaching = rows.filter(ended_ms=None) | rows.filter(ended_ms__gte=first)
        for values in reaching.order_by("started_ms", "nth").values_list(*NAMES):
            spell = Spell(*values)
            if spell.started_ms < earliest[spell.worker_sid]:
                found[spell.worker_sid] = spell
    return found


def fold(workspace: Workspace, before: Mapping[str, Spell | None]) -> set[str]:
    """From these spells on; None folds a worker from his first event."""
    sids = list(before)
    starts = {sid: one.started_ms if one else -1 for sid, one in before.items()}
    told = ledger.of_workers(workspace, starts, FOLDED_FOR_WORKERS)
    was = open_spells(workspace, sids)
    folded = [
        spell
        for sid, events in told.items()
        for spell in timelines.fold_spells(events, before[sid])
    ]
    now = {one.worker_sid: one for one in folded if one.ended_ms is None}
    forget(workspace, before)
    insert(workspace, Spell, folded)
    return {sid for sid in sids if was.get(sid) != now.get(sid)}


def open_spells(workspace: Workspace, sids: Sequence[str]) -> dict[str, Spell]:
    rows = models.Spell.objects.filter(
        workspace=workspace, worker_sid__in=sids, ended_ms=None
    )
    return {values[0]: Spell(*values) for values in rows.values_list(*NAMES)}


def forget(workspace: Workspace, before: Mapping[str, Spell | None]) -> None:
    """What is folded again goes first."""
    rows = [
        (workspace.pk, sid, *((at, at, one.nth) if one else (-1, -1, 0)))
        for sid, one in before.items()
        for at in [one.started_ms if one else -1]
    ]
    with connection.cursor() as cursor:
        cursor.executemany(FORGET, rows)
