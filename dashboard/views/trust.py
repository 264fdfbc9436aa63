"""Trust: whether anything is late, missing or different."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clock import now_ms
from statsync.live.shapes import LATE_INTERVALS
from statsync.queries import boards, trust


def is_late(row: dict[str, Any], now: int) -> bool:
    """A feed that has not yet been due for the first time is not late."""
    if not row["expected_s"] or not (row["ok"] or row["error"]):
        return False
    return bool(now - row["ok"] > row["expected_s"] * 1000 * LATE_INTERVALS)


@require_safe
@login_required
def show(request: HttpRequest) -> HttpResponse:
    workspace = boards.current_workspace()
    if workspace is None:
        return redirect("connect")
    now = now_ms()
    feeds = [
        {
            "name": name,
            # It may have succeeded after `now` was asked.
            "age_s": max(0, now - row["ok"]) // 1000 if row["ok"] else None,
            "late": is_late(row, now),
            **row,
        }
        for name, row in trust.feeds(workspace).items()
    ]
    compared_ms, rows = trust.differences(workspace)
    context = {
        "feeds": feeds,
        "late": [one for one in feeds if one["late"]],
        "doubts": trust.doubts(workspace),
        "failing_jobs": trust.failing_jobs(workspace),
        "compared_s": (now - compared_ms) // 1000 if compared_ms else None,
        "compared": len(rows),
        "differing": [one for one in rows if one.ours != one.theirs],
    }
    return render(request, "forms/trust.html", context)
