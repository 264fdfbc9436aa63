"""The part of the past that is still being written: nothing of it is told before it is whole.

Otherwise whoever reads a stretch of it would take for complete what is not.
"""

from collections.abc import Iterable

from django.db import connections, transaction

from taskrouter.engine.events import Event
from taskrouter.models import DATABASE, LoggedEvent, UntoldPast
from taskrouter.simulation.past import Before
from taskrouter.store import LOG_COLUMNS, row_of

FIRST_ID = -(10**12)
"""Its events have ids below zero: the order of ids is the order of time, and those above
are taken by what happens meanwhile."""
INSERT = (
    f"INSERT INTO taskrouter_loggedevent (id, {', '.join(LOG_COLUMNS)})"
    f" VALUES ({', '.join(['%s'] * (len(LOG_COLUMNS) + 1))})"
)
_told_from = 0


def told_from() -> int:
    """What happened before (ms) is not told yet."""
    return _told_from


def tell_from(ms: int) -> None:
    global _told_from
    _told_from = ms


def left() -> Before | None:
    """What is still to be written; None: all is."""
    row = UntoldPast.objects.using(DATABASE).first()
    return Before.from_json(row.body) if row else None


def written() -> int:
    """How many of its events are. Those that were written first may have been pruned."""
    rows = LoggedEvent.objects.using(DATABASE).filter(id__lt=0)
    last = rows.order_by("-id").values_list("id", flat=True).first()
    return 0 if last is None else last - FIRST_ID + 1


def write(events: Iterable[Event], position: int) -> None:
    """In one transaction, for which commits wait; `position` is the first one's."""
    rows = [
        (FIRST_ID + n, *row_of(event)) for n, event in enumerate(events, start=position)
    ]
    with transaction.atomic(using=DATABASE), connections[DATABASE].cursor() as cursor:
        cursor.executemany(INSERT, rows)


def finish() -> None:
    """It is whole."""
    UntoldPast.objects.using(DATABASE).all().delete()
