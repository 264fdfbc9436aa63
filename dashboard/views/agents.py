import functools
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import boards
from dashboard.boards import columns
from dashboard.views.frame import Seen, serve_board
from statsync.queries import boards as queries

FIRST = 200
"Rows in the first paint; the browser holds all, and ?all=1 asks for them as HTML."


@login_required
@require_safe
def agents(request: HttpRequest) -> HttpResponse:
    most = None if request.GET.get("all") else FIRST
    return serve_board(request, "agents", functools.partial(content, most))


def content(most: int | None, seen: Seen) -> dict[str, Any]:
    found = seen.rows.get("worker", {})
    return {
        "agents": boards.table(
            "worker", columns.AGENTS, seen.rows, "within_state", seen.at, most
        ),
        "signed_in": sum(row["state"] != "offline" for row in found.values()),
        "states": boards.states(seen.rows, seen.at),
        "activities": queries.activities(seen.workspace),
    }
