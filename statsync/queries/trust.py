"""Whether to believe the boards: feeds, gaps, doubts, guesses, and TaskRouter's own count."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from statsync import live
from statsync.live.feeds import EXPECTED_SECONDS
from statsync.models import (
    ActivityKind,
    Command,
    Conflict,
    Event,
    FeedHealth,
    ReasonCause,
    Resource,
    Sample,
    ServiceRule,
    SetAside,
    Stay,
    Window,
    Workspace,
)

MINUTES_MS = 60_000


@dataclass(frozen=True, slots=True)
class Doubts:
    events: int
    provisional: int
    conflicts: int
    windows_waiting: int
    windows_expired: int
    windows: int
    set_aside: int
    set_aside_why: str
    "Of the last one, in words."
    commands_unknown: int
    guesses: int
    unmapped: list[tuple[str, int]]
    "Causes nobody has mapped, with their count."


@dataclass(frozen=True, slots=True)
class Difference:
    queue: str
    measure: str
    ours: int
    theirs: int


def doubts(workspace: Workspace) -> Doubts:
    own = Q(workspace=workspace)
    windows = Window.objects.filter(own)
    aside = SetAside.objects.filter(own).order_by("-seen_ms")
    return Doubts(
        events=Event.objects.filter(own).count(),
        provisional=Event.objects.filter(own, confirmed=False).count(),
        conflicts=Conflict.objects.filter(own).count(),
        windows_waiting=windows.filter(state="waiting").count(),
        windows_expired=windows.filter(state="expired").count(),
        windows=windows.count(),
        set_aside=aside.count(),
        set_aside_why=aside.values_list("why", flat=True).first() or "",
        commands_unknown=Command.objects.filter(own, state="unknown").count(),
        guesses=sum(
            model.objects.filter(own, guessed=True).count()
            for model in (ActivityKind, ReasonCause, ServiceRule)
        ),
        unmapped=[
            (row["task_outcome"], row["n"])
            for row in Stay.objects.filter(own, nth=0, task_cause="unmapped")
            .exclude(task_outcome="answered")
            .values("task_outcome")
            .annotate(n=Count("task_sid"))
        ],
    )


def feeds(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """The feed rows as boards have them."""
    return live.snapshot(workspace.pk, ("feed",)).rows.get("feed", {})


def failing_jobs(workspace: Workspace) -> list[tuple[str, str]]:
    """Jobs without a feed that failed when last tried, and why."""
    rows = FeedHealth.objects.filter(workspace=workspace, failures__gt=0)
    rows = rows.exclude(feed__in=EXPECTED_SECONDS).order_by("feed")
    return list(rows.values_list("feed", "error"))


def differences(workspace: Workspace) -> tuple[int | None, list[Difference]]:
    """Our counts beside TaskRouter's last cumulative sample of each queue; all of them.

    Also when those samples were taken (ms). TaskRouter counts whole seconds, so a count
    at the edge of the window may fall on either side.
    """
    names = dict(
        Resource.objects.filter(workspace=workspace, kind="task_queue").values_list(
            "sid", "name"
        )
    )
    samples = Sample.objects.filter(workspace=workspace, kind="cumulative")
    newest = samples.order_by("-at_ms").first()
    if newest is None:
        return None, []
    latest = {
        one.subject: one
        for one in samples.filter(
            at_ms__gte=newest.at_ms - 2 * MINUTES_MS, subject__in=names
        ).order_by("at_ms")
    }
    found = []
    for sid, sample in latest.items():
        found += compare(workspace, names[sid], sid, sample)
    return newest.at_ms, found


def compare(
    workspace: Workspace, name: str, sid: str, sample: Sample
) -> list[Difference]:
    body = json.loads(sample.body)
    start, end = sample.at_ms - 15 * MINUTES_MS, sample.at_ms
    stays = Stay.objects.filter(workspace=workspace, queue_sid=sid)
    entered = stays.filter(entered_ms__gte=start, entered_ms__lt=end).count()
    answered = stays.filter(
        outcome="answered", left_ms__gte=start, left_ms__lt=end
    ).count()
    return [
        Difference(name, "entered", entered, int(body.get("tasks_entered", 0))),
        Difference(
            name, "answered", answered, int(body.get("reservations_accepted", 0))
        ),
    ]
