"""History: one queue by quarters of an hour or days, with chart, foot and CSV."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from clock import now_ms
from dashboard import charts
from dashboard.forms.history import HistoryForm
from dashboard.numbers import FORMATS, Moment
from dashboard.reports import comma
from dashboard.reports.demand import COLUMNS
from statsync.metrics import FORMULA_WORDS
from statsync.queries import boards
from statsync.queries import history as queries
from statsync.queries.resources import queues


@login_required
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    workspace = boards.current_workspace()
    if workspace is None:
        return redirect("connect")
    now = now_ms()
    form = asked(request, workspace, now)
    context: dict[str, Any] = {"form": form, "columns": COLUMNS}
    if form.is_valid():
        report = run(workspace, form.cleaned_data, now)
        context |= shown(workspace, form.cleaned_data, report, now)
    status = 400 if form.errors else 200
    return render(request, "reports/history.html", context, status=status)


def asked(request: HttpRequest, workspace: Any, now: int) -> HistoryForm:
    every = queues(workspace)
    own = every[0][0] if every else ""
    return HistoryForm(request.GET, every, queries.today(workspace, now), own)


def run(workspace: Any, data: dict[str, Any], now: int) -> queries.Report:
    spans = queries.spans(workspace, data["first"], data["last"], data["step"])
    return queries.report(workspace, data["queue"], spans, now)


def shown(
    workspace: Any, data: dict[str, Any], report: queries.Report, now: int
) -> dict[str, Any]:
    zone, day_start = boards.rule(workspace)
    at = Moment(now, zone)
    whole = (report.total.start_ms, report.total.end_ms)
    return {
        "lines": [line(one, at, data["step"]) for one in report.rows],
        "total": line(report.total, at, data["step"]),
        "name": name_of(workspace, data["queue"]),
        "broken": [one for one in report.rows if not one.adds_up],
        "open": sum(one.state == "open" for one in report.rows),
        "lost": sum(one.state == "lost" for one in report.rows),
        "unread": sum(one.state == "unread" for one in report.rows),
        "report": report,
        "rule_words": rule_words(report.rule),
        "day_start": f"{day_start // 60:02}:{day_start % 60:02}",
        "zone": zone,
        "empty": not any(one.sums for one in report.rows),
        "figures": {
            "level": charts.levels(
                series(report, lambda one: one.level),
                zone,
                whole,
                report.rule.target,
                now,
            ),
            "waits": charts.waits(
                series(report, lambda one: one.mean("wait_sum_ms", "wait_n")),
                series(report, lambda one: one.sums.get("wait_max_ms")),
                zone,
                whole,
                now,
            ),
        },
    }


def series(
    report: queries.Report, of: Callable[[queries.Period], Any]
) -> charts.Measured:
    return [(one.start_ms, one.end_ms, of(one)) for one in report.rows]


def line(period: queries.Period, at: Moment, step: str) -> dict[str, Any]:
    """A row as text; the formats are those of the boards."""
    start = queries.local(period.start_ms, at.zone)
    words = f"{start:%a %d %b}" if step == "day" else f"{start:%H:%M}"
    return {
        "when": words,
        "day": f"{start:%a %d %b}",
        "zone": f"{start:%Z}",
        "period": period,
        "cells": [(one, FORMATS[one.format]([one.of(period)], at)) for one in COLUMNS],
    }


def rule_words(rule: Any) -> str:
    words = FORMULA_WORDS[rule.formula]
    return (
        f"{words}; T {rule.t_seconds} s, S {rule.s_seconds} s, target {rule.target} %"
    )


def name_of(workspace: Any, queue: str) -> str:
    return queries.queue_name(workspace, queue) or "All queues, tasks"


@login_required
@require_safe
def history_csv(request: HttpRequest) -> HttpResponseBase:
    workspace = boards.current_workspace()
    if workspace is None:
        raise Http404("No workspace is connected.")
    now = now_ms()
    form = asked(request, workspace, now)
    if not form.is_valid():
        words = [
            f"{name}: {'; '.join(map(str, said))}" for name, said in form.errors.items()
        ]
        return HttpResponse("\n".join(words), status=400, content_type="text/plain")
    data, zone = form.cleaned_data, boards.rule(workspace)[0]
    name, report = name_of(workspace, data["queue"]), run(workspace, data, now)
    text = comma.lines(name, report, zone, rule_words(report.rule))
    file = f"{name} {data['first']} to {data['last']}.csv"
    return StreamingHttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, file)},
    )
