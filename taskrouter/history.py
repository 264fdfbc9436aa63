"""The past as statistics count it: SQL over the log's narrow columns, beside the owner.

Events before the present are complete and never change: the owner's clock only goes on,
and what it has told to be past is saved. So whoever asks about a window that ends by then
needs neither lock nor snapshot, and all his questions see the same events.
"""

import asyncio
import json
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.db.models import Count as Number
from django.db.models import F, Max, Min, QuerySet, Sum
from django.db.models.functions import Greatest

from taskrouter import untold
from taskrouter.engine.statistics import (
    MOVED,
    RESERVATIONS,
    TABLES,
    WAITS,
    Count,
    Counts,
    Spread,
    spell,
)
from taskrouter.models import DATABASE, LoggedEvent

READERS = 2
MOST_WAITS = 10_000
"A split by wait time looks at the latest so many waits of its subject."
MOST_SIDS = 1_000
"So many sids are named in one statement."
LEFT = ("worker.activity.update", "worker.deleted")
"What ends a worker's stay in an activity."
SID = {"workspace": "workspace_sid", "queue": "queue_sid", "workflow": "workflow_sid"}
DAY_MS = 86_400_000
# A request for exactly 30 days has aged by the time it is read.
AGED_MS = 60_000
T = TypeVar("T")


def oldest(now: int) -> int:
    """What happened before (ms) is not told any more."""
    return now - settings.TASKROUTER_HISTORY_DAYS * DAY_MS - AGED_MS


class History:
    """A few threads, each with a connection of its own, that only read."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="history")

    async def ask(self, look: Callable[..., T], *args: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, steadily, look, *args)

    def close(self) -> None:
        together = threading.Barrier(READERS)
        for _ in range(READERS):
            self._threads.submit(leave, together)
        self._threads.shutdown()


def steadily(look: Callable[..., T], *args: Any) -> T:
    """Once more on a new connection, should the database have been restarted."""
    try:
        return look(*args)
    except (OperationalError, InterfaceError):
        connections[DATABASE].close()
        return look(*args)


def leave(together: threading.Barrier) -> None:
    together.wait()
    connections[DATABASE].close()


@dataclass(frozen=True, slots=True)
class Window:
    """[start, end) in ms, by then past. `channel` is a unique name; None: all."""

    workspace_sid: str
    start: int
    end: int
    channel: str | None = None

    @property
    def told_from(self) -> int:
        """What lies before is not told yet."""
        return max(self.start, untold.told_from())

    def events(self) -> QuerySet[LoggedEvent]:
        rows = LoggedEvent.objects.using(DATABASE).filter(
            ms__gte=self.told_from, ms__lt=self.end
        )
        return rows.filter(channel=self.channel) if self.channel is not None else rows


def counts(
    window: Window, subject: str, sids: Sequence[str], split: bool
) -> dict[str, Counts]:
    """Of each of these workspaces, queues or workflows."""
    found: dict[str, Counts] = defaultdict(Counts)
    for some in parts(sids):
        for sid, type, count in counted(window, subject, some):
            found[sid].by_type[type] = count
        if subject == "queue":
            for sid, n in moved(window, some):
                found[sid].by_type[MOVED] = Count(n)
    for sid in sids if split else ():
        found[sid].waits.update(waits(window, subject, sid))
    return found


def parts(sids: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(sids), MOST_SIDS):
        yield sids[at : at + MOST_SIDS]


def counted(
    window: Window, subject: str, sids: Sequence[str]
) -> Iterator[tuple[str, str, Count]]:
    types = set(TABLES[subject].values())
    ages = spread("age")
    if subject == "queue":
        # A move is counted in the queue that was left.
        types.remove(MOVED)
        ages += spread("queue_age")
    rows = (
        window.events()
        .filter(**{f"{SID[subject]}__in": sids}, type__in=sorted(types))
        .values_list(SID[subject], "type")
        .annotate(Number("id"), *ages)
    )
    for sid, type, n, *row in rows.iterator():
        yield sid, type, Count(n, spread_of(row[:4]), spread_of(row[4:]))


def spread(column: str) -> tuple[Any, ...]:
    return Number(column), Sum(column), Min(column), Max(column)


def spread_of(row: Sequence[int | None]) -> Spread:
    return Spread(*(int(one or 0) for one in row))


def moved(window: Window, sids: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Tasks that moved out of each of these queues."""
    rows = window.events().filter(
        workspace_sid=window.workspace_sid, type=MOVED, left_sid__in=sids
    )
    return rows.values_list("left_sid").annotate(Number("id")).iterator()


# Waits after a transfer are not split. The latest first, so that it may stop early.
LATEST_WAITS = """
SELECT type, age, COUNT(*) FROM (
  SELECT type, age FROM taskrouter_loggedevent
  WHERE {sid} = %s AND type IN (%s, %s) AND NOT again
    AND ms >= %s AND ms < %s {channel}
  ORDER BY ms DESC, id DESC LIMIT %s
) AS latest
GROUP BY type, age
"""


def waits(window: Window, subject: str, sid: str) -> dict[tuple[str, int], int]:
    """(type, seconds waited) -> how many."""
    channel = [] if window.channel is None else [window.channel]
    statement = LATEST_WAITS.format(
        sid=SID[subject], channel="AND channel = %s" if channel else ""
    )
    span = (window.told_from, window.end)
    rows = run(statement, [sid, *WAITS.values(), *span, *channel, MOST_WAITS])
    return {(type, age): n for type, age, n in rows}


def run(statement: str, values: Sequence[str | int]) -> list[Any]:
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def reservations(window: Window, worker_sids: Sequence[str] | None) -> Counter[str]:
    """How many events of each type of reservation these workers had; None: all."""
    found: Counter[str] = Counter()
    for rows in of_workers(window, window.events(), worker_sids):
        rows = rows.filter(type__in=RESERVATIONS.values())
        found.update(dict(rows.values_list("type").annotate(Number("id"))))
    return found


def of_workers(
    window: Window, rows: QuerySet[LoggedEvent], worker_sids: Sequence[str] | None
) -> Iterator[QuerySet[LoggedEvent]]:
    if worker_sids is None:
        yield rows.filter(workspace_sid=window.workspace_sid)
    else:
        for some in parts(worker_sids):
            yield rows.filter(worker_sid__in=some)


def spells(window: Window, worker_sids: Sequence[str] | None) -> dict[str, Spread]:
    """By activity, the ms inside the window of each stay that ended in it."""
    found: dict[str, Spread] = defaultdict(Spread)
    rows = replace(window, channel=None).events()
    # Two ways to say the same, each with an index of its own.
    ends = {"type__in": LEFT} if worker_sids is None else {"left_since__isnull": False}
    rows = rows.filter(**ends)
    began = Greatest(F("left_since"), window.start)
    for some in of_workers(window, rows, worker_sids):
        spent = some.annotate(spent=F("ms") - began).filter(spent__gt=0)
        for sid, *row in spent.values_list("left_sid").annotate(*spread("spent")):
            found[sid] += spread_of(row)
    return found


def add_spanning(
    window: Window, worker_sids: Sequence[str], found: dict[str, Spread]
) -> None:
    """Adds the stays that began before the window's end and ended later."""
    for some in parts(worker_sids):
        for activity_sid, since in spanning(window.end, some):
            began = max(since, window.start)
            # In a window of no length nobody spent any time anywhere.
            if began < window.end:
                found[activity_sid] += spell(began, window.end)


# One row per worker, however often he has moved since: the first that ends a stay.
FIRST_LEFT = """
WITH asked (worker_sid) AS (VALUES {sids})
SELECT left_sid, left_since FROM asked JOIN taskrouter_loggedevent AS event
ON event.id = (
  SELECT id FROM taskrouter_loggedevent AS later
  WHERE later.worker_sid = asked.worker_sid AND left_since IS NOT NULL AND ms >= %s
  ORDER BY ms, id LIMIT 1
)
"""


def spanning(end: int, worker_sids: Sequence[str]) -> list[tuple[str, int]]:
    statement = FIRST_LEFT.format(sids=", ".join(["(%s)"] * len(worker_sids)))
    return run(statement, [*worker_sids, end])


def deleted_workers(window: Window) -> dict[str, str]:
    """Sid and name of those who were there in the window and have been deleted since."""
    return named(window, "worker.deleted", "worker_name")


def deleted_activities(window: Window) -> dict[str, str]:
    return named(window, "activity.deleted", "activity_name")


def named(window: Window, type: str, name: str) -> dict[str, str]:
    """Deletions are few: their event_data may be read."""
    rows = LoggedEvent.objects.using(DATABASE).filter(
        workspace_sid=window.workspace_sid, type=type, ms__gte=window.start
    )
    found = rows.order_by("ms", "id").values_list("resource_sid", "data")
    return {sid: json.loads(data)[name] for sid, data in found}
