"""What rings at a moment, and the legs under way."""

from typing import NamedTuple

from statsync.models import Workspace
from statsync.select import select


class OpenOffer(NamedTuple):
    """In order of time. `waited_ms`: how long its task had waited in the queue."""

    offered_ms: int
    sid: str
    task_sid: str
    worker_sid: str
    queue_sid: str
    channel: str
    outcome: str
    ended_ms: int | None
    wrap_ms: int | None
    waited_ms: int | None


READ = """
SELECT offer.offered_ms, offer.sid, offer.task_sid, offer.worker_sid, offer.queue_sid,
  offer.channel, offer.outcome, offer.ended_ms, offer.wrap_ms, stay.wait_ms
FROM statsync_offer offer
LEFT JOIN statsync_stay stay ON stay.workspace_id = offer.workspace_id
  AND stay.task_sid = offer.task_sid AND stay.nth = offer.stay_nth
WHERE offer.workspace_id = %s AND offer.completed_ms IS NULL
  AND offer.outcome IN ('', 'accepted')
"""


def open_offers(workspace: Workspace) -> list[OpenOffer]:
    # Sorted here: told to order them, SQLite walks every offer there was.
    return sorted(OpenOffer(*row) for row in select(READ, [workspace.pk]))
