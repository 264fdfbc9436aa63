"""What the facts and the mirror tell of each worker: what he holds, can and has done."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from statsync.live.floor import Floor
from statsync.live.open_offers import OpenOffer
from statsync.select import marks, select


@dataclass(frozen=True, slots=True)
class Activity:
    """The one he is in, who brought him there, and since when."""

    sid: str
    by: str
    since_ms: int


@dataclass
class Held:
    """What the database knows of one worker beside his mirror row."""

    offers: list[OpenOffer] = field(default_factory=list)
    capacity: dict[str, int] = field(default_factory=dict)
    activity: Activity | None = None
    done: int = 0
    missed: int = 0
    last_done: int = 0
    "When he last had something to do with a task, whatever came of it (ms)."


ACTIVITIES = """
SELECT worker_sid, activity_sid, by, activity_since_ms FROM statsync_spell
WHERE workspace_id = %s AND worker_sid IN ({sids}) AND ended_ms IS NULL
"""
CAPACITIES = """
SELECT parent_sid, body FROM statsync_resource
WHERE workspace_id = %s AND kind = 'worker_channel' AND parent_sid IN ({sids})
"""
# Counted when it happened: what was offered before midnight may end after it.
TODAY = """
SELECT worker_sid,
  SUM(CASE WHEN outcome = 'accepted' AND completed_ms >= %s THEN 1 ELSE 0 END),
  SUM(CASE WHEN outcome = 'missed' AND ended_ms >= %s THEN 1 ELSE 0 END),
  MAX(COALESCE(completed_ms, 0)), MAX(COALESCE(ended_ms, 0))
FROM statsync_offer
WHERE workspace_id = %s AND worker_sid IN ({sids}) AND offered_ms >= %s
GROUP BY worker_sid
"""
LONGEST_LEG_MS = 86_400_000
"TaskRouter ends what has been assigned for longer."


def held_by(floor: Floor, sids: Sequence[str]) -> dict[str, Held]:
    """Three queries, however many workers."""
    held = {sid: Held() for sid in sids}
    if not held:
        return held
    for offer in floor.open_offers:
        if offer.worker_sid in held:
            held[offer.worker_sid].offers.append(offer)
    of = [floor.workspace.pk, *sids]
    for sid, *activity in select(ACTIVITIES.format(sids=marks(sids)), of):
        held[sid].activity = Activity(*activity)
    for sid, text in select(CAPACITIES.format(sids=marks(sids)), of):
        body = json.loads(text)
        units = body.get("configured_capacity", 1) if body.get("available", True) else 0
        held[sid].capacity[body.get("task_channel_unique_name", "")] = units
    note_today(floor, held)
    return held


def note_today(floor: Floor, held: dict[str, Held]) -> None:
    start = floor.day_start
    values = [start, start, floor.workspace.pk, *held, start - LONGEST_LEG_MS]
    rows = select(TODAY.format(sids=marks(held)), values)
    for sid, done, missed, completed, ended in rows:
        one = held[sid]
        one.done, one.missed, one.last_done = done, missed, max(completed, ended)
