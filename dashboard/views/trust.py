"""Trust: whether anything is late, missing or different."""

import time

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from statsync.queries import boards, trust

LATE_INTERVALS = 3


@login_required
def show(request: HttpRequest) -> HttpResponse:
    workspace = boards.current_workspace()
    if workspace is None:
        return redirect("connect")
    now = time.time_ns() // 1_000_000
    feeds = [
        {
            "name": name,
            "age_s": (now - row["ok"]) // 1000 if row["ok"] else None,
            "late": bool(row["expected_s"])
            and now - row["ok"] > row["expected_s"] * 1000 * LATE_INTERVALS,
            **row,
        }
        for name, row in trust.feeds(workspace).items()
    ]
    compared_ms, rows = trust.differences(workspace)
    context = {
        "feeds": feeds,
        "late": [one for one in feeds if one["late"]],
        "doubts": trust.doubts(workspace),
        "compared_s": (now - compared_ms) // 1000 if compared_ms else None,
        "compared": len(rows),
        "differing": [one for one in rows if one.ours != one.theirs],
    }
    return render(request, "forms/trust.html", context)
