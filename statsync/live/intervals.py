"""Interval rows: today by quarters of an hour, for the chart of the Overview."""

from statsync import metrics
from statsync.live.floor import Floor
from statsync.live.shapes import IntervalRow
from statsync.live.table import Draft
from statsync.models import LiveRow, WorkflowInterval

QUARTER_MINUTES = 15


def interval_rows(floor: Floor) -> dict[str, Draft]:
    """Today's rows of the whole workspace; those of days before go."""
    formula = floor.service_rule("").formula
    rows: dict[str, Draft] = {}
    for one in WorkflowInterval.objects.filter(
        workspace=floor.workspace,
        size=QUARTER_MINUTES,
        workflow_sid="",
        channel="",
        start_ms__gte=floor.day_start,
        start_ms__lte=floor.now,
    ):
        counts = metrics.Counts(
            one.answered,
            one.answered_in_t,
            one.abandoned,
            one.abandoned_in_t,
            one.short,
            one.ended,
        )
        row: IntervalRow = {
            "start": one.start_ms,
            "sl": list(metrics.service_level(formula, counts)),
            "entered": one.entered,
            "answered": one.answered,
            "abandoned": one.abandoned,
            "waiting_end": one.waiting_end,
        }
        rows[key(floor, one.start_ms)] = Draft(dict(row))
    published = LiveRow.objects.filter(
        workspace=floor.workspace, kind="interval", gone_ms=None
    )
    for sid in published.values_list("sid", flat=True):
        rows.setdefault(sid, Draft(None))
    return rows


def key(floor: Floor, start_ms: int) -> str:
    return f"{floor.workspace.sid}:{start_ms}"
