"""Spells of the workers that a batch touched, folded again from the last that stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter

from django.db import connection

from statsync import timelines
from statsync.actions import ledger
from statsync.actions.insert import insert
from statsync.models import Workspace
from statsync.select import marks, select
from statsync.timelines import FOLDED_FOR_WORKERS, Spell
from statsync.timelines.changes import Span, spells_span

FORGET = """
DELETE FROM statsync_spell WHERE workspace_id = %s AND worker_sid = %s
AND (started_ms, nth) >= (%s, %s)
"""
NAMES = [one.name for one in fields(Spell)]
# Two reads: joined by OR, SQLite walks all spells of a worker.
OF_WORKERS = f"""
SELECT {", ".join(NAMES)} FROM statsync_spell
WHERE workspace_id = %s AND worker_sid IN ({{marks}})
"""
REACHING = f"""
{OF_WORKERS} AND ended_ms IS NULL UNION ALL {OF_WORKERS} AND ended_ms >= %s
"""
in_order = attrgetter("started_ms", "nth")


@dataclass
class Changed:
    """`workers`: whose open spell is another. `spans`: where time is spent otherwise."""

    workers: set[str] = field(default_factory=set)
    spans: list[Span] = field(default_factory=list)

    def note(self, sid: str, was: Sequence[Spell], now: Sequence[Spell]) -> None:
        if open_spell(was) != open_spell(now):
            self.workers.add(sid)
        span = spells_span(was, now)
        if span is not None:
            self.spans.append(span)


def refold(workspace: Workspace, earliest: Mapping[str, int]) -> Changed:
    """`earliest`: worker sid to the first touched moment."""
    changed = Changed()
    if not earliest:
        return changed
    known = reaching(workspace, earliest)
    before = {sid: standing(known[sid], ms) for sid, ms in earliest.items()}
    starts = {sid: one.started_ms if one else -1 for sid, one in before.items()}
    told = ledger.of_workers(workspace, starts, FOLDED_FOR_WORKERS)
    folded: list[Spell] = []
    for sid, events in told.items():
        now = timelines.fold_spells(events, before[sid])
        changed.note(sid, since(known[sid], before[sid]), now)
        folded += now
    forget(workspace, before)
    insert(workspace, Spell, folded)
    return changed


def reaching(
    workspace: Workspace, earliest: Mapping[str, int]
) -> dict[str, list[Spell]]:
    """Spells in order that reach to the first of these moments, or go on."""
    found: dict[str, list[Spell]] = {sid: [] for sid in earliest}
    first = min(earliest.values())
    for chunk in ledger.chunks(sorted(earliest)):
        of, sql = [workspace.pk, *chunk], REACHING.format(marks=marks(chunk))
        spells = [Spell(*row) for row in select(sql, [*of, *of, first])]
        for spell in sorted(spells, key=in_order):
            found[spell.worker_sid].append(spell)
    return found


def standing(known: Sequence[Spell], touched_ms: int) -> Spell | None:
    """The last that began before: it reaches there, or is the only way back to the start."""
    before = [one for one in known if one.started_ms < touched_ms]
    return before[-1] if before else None


def since(known: Sequence[Spell], first: Spell | None) -> list[Spell]:
    return list(known[known.index(first) :]) if first else list(known)


def open_spell(spells: Sequence[Spell]) -> Spell | None:
    return next((one for one in spells if one.ended_ms is None), None)


def forget(workspace: Workspace, before: Mapping[str, Spell | None]) -> None:
    """What is folded again goes first."""
    rows = [
        (workspace.pk, sid, *((one.started_ms, one.nth) if one else (-1, 0)))
        for sid, one in before.items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany(FORGET, rows)
