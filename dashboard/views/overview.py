from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import boards, charts
from dashboard.boards import columns
from dashboard.numbers import Moment
from dashboard.views.frame import Seen, serve_board
from statsync.queries import boards as queries

WORST, MOST_NEEDS, MOST_CHANGES = 5, 6, 12


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return serve_board(request, "overview", content)


def content(seen: Seen) -> dict[str, Any]:
    rows, at = seen.rows, seen.at
    return {
        "tiles": boards.tiles(rows, at),
        "states": boards.states(rows, at),
        "needs": boards.table("need", columns.NEEDS, rows, "by_order", at, MOST_NEEDS),
        "queues": boards.table(
            "queue", columns.WORST_QUEUES, rows, "by_order", at, WORST
        ),
        "changes": boards.table(
            "change", columns.CHANGES, rows, "newest", at, MOST_CHANGES
        ),
        "intervals": boards.table("interval", columns.INTERVALS, rows, "by_start", at),
        "figures": figures(rows, at),
        "ready": back_to_ready(seen.workspace),
    }


def figures(rows: boards.Rows, at: Moment) -> dict[str, charts.Figure]:
    """By the name of the chart on the page; none before the first row has come."""
    total = boards.total(rows)
    if total is None:
        return {}
    series, start = boards.intervals(rows), total["day_start_ms"]
    return {
        "service-level": charts.service_level(series, at.zone, start, total["target"]),
        "demand": charts.demand(series, at.zone, start),
    }


def back_to_ready(workspace: Any) -> str:
    """The activity that 'back to ready' asks for: the first that takes tasks."""
    ready = [one.sid for one in queries.activities(workspace) if one.kind == "ready"]
    return ready[0] if ready else ""
