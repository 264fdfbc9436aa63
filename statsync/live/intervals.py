"""Interval rows: today by quarters of an hour, for the chart of the Overview."""

from statsync import metrics
from statsync.live.floor import Floor
from statsync.live.shapes import IntervalRow
from statsync.live.table import Draft
from statsync.models import LiveRow, WorkflowInterval
from statsync.rollups import BUCKET_MS

QUARTER_MINUTES = 15


def interval_rows(floor: Floor) -> dict[str, Draft]:
    """Today's rows of the whole workspace; those of days before go."""
    formula = floor.service_rule("").formula
    found = {
        one.start_ms: one
        for one in WorkflowInterval.objects.filter(
            workspace=floor.workspace,
            size=QUARTER_MINUTES,
            workflow_sid="",
            channel="",
            start_ms__gte=floor.day_start,
            start_ms__lte=floor.now,
        )
    }
    # A quarter in which nothing happened has no row there, and one of zeros here.
    starts = range(min(found), floor.now, BUCKET_MS) if found else []
    rows = {
        key(floor, at): Draft(dict(shown(at, found.get(at), formula))) for at in starts
    }
    published = LiveRow.objects.filter(
        workspace=floor.workspace, kind="interval", gone_ms=None
    )
    for sid in published.values_list("sid", flat=True):
        rows.setdefault(sid, Draft(None))
    return rows


def shown(start: int, one: WorkflowInterval | None, formula: str) -> IntervalRow:
    one = one or WorkflowInterval()
    counts = metrics.Counts(
        one.answered,
        one.answered_in_t,
        one.abandoned,
        one.abandoned_in_t,
        one.short,
        one.ended,
    )
    return {
        "start": start,
        "sl": list(metrics.service_level(formula, counts)),
        "entered": one.entered,
        "answered": one.answered,
        "abandoned": one.abandoned,
        "waiting_end": one.waiting_end,
    }


def key(floor: Floor, start_ms: int) -> str:
    return f"{floor.workspace.sid}:{start_ms}"
