from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import boards
from dashboard.views.frame import Seen, serve_board


@login_required
@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    return serve_board(request, "queues", content)


def content(seen: Seen) -> dict[str, Any]:
    found = seen.rows.get("queue", {})
    return {
        "columns": boards.QUEUES,
        "lines": boards.lines(boards.QUEUES, found, boards.by_order, seen.at),
        "count": len(found),
        "foot": boards.foot(seen.rows, seen.at),
        "sums": boards.sums(seen.rows, seen.at),
    }
