from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import boards
from dashboard.boards import columns
from dashboard.views.frame import Seen, serve_board


@login_required
@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    return serve_board(request, "queues", content)


def content(seen: Seen) -> dict[str, Any]:
    return {
        "queues": boards.table("queue", columns.QUEUES, seen.rows, "by_order", seen.at),
        "foot": boards.foot(seen.rows, seen.at),
        "sums": boards.sums(seen.rows, seen.at),
    }
