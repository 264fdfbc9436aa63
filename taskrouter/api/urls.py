"""Every address of the API. Literal segments come before `<sid>`."""

from django.urls import URLPattern, path, re_path

from taskrouter.api import (
    channels,
    clock,
    events,
    explanations,
    expressions,
    reservations,
    scripts,
    statistics,
    transfers,
    worker_statistics,
    workflow_check,
    workspaces,
)
from taskrouter.api.activities import ACTIVITIES
from taskrouter.api.call import View, not_found
from taskrouter.api.channels import CHANNELS
from taskrouter.api.queues import QUEUES
from taskrouter.api.resource import Resource
from taskrouter.api.tasks import TASKS
from taskrouter.api.workers import WORKERS
from taskrouter.api.workflows import WORKFLOWS

ROOT = "v1/Workspaces"
INSIDE = f"{ROOT}/<ws>"
# What TaskRouter has no address for.
OURS = f"signalbox/{INSIDE}"
COMBINED, REALTIME, CUMULATIVE = (
    "Statistics",
    "RealTimeStatistics",
    "CumulativeStatistics",
)


def standard(name: str, resource: Resource) -> list[URLPattern]:
    return [
        path(f"{INSIDE}/{name}", resource.collection()),
        path(f"{INSIDE}/{name}/<sid>", resource.instance()),
    ]


def statistics_of(place: str, subject: str) -> list[URLPattern]:
    views: dict[str, View] = {
        COMBINED: statistics.combined_view,
        REALTIME: statistics.realtime_view,
        CUMULATIVE: statistics.cumulative_view,
    }
    return [
        path(f"{INSIDE}{place}/{name}", view, {"subject": subject})
        for name, view in views.items()
    ]


def reservations_of(place: str, parent: str) -> list[URLPattern]:
    under = f"{INSIDE}/{place}/<parent_sid>/Reservations"
    return [
        path(under, reservations.collection, {"parent": parent}),
        path(f"{under}/<sid>", reservations.instance, {"parent": parent}),
    ]


urlpatterns = [
    path(ROOT, workspaces.collection),
    path(INSIDE, workspaces.instance),
    *statistics_of("", "workspace"),
    path(f"{INSIDE}/TaskQueues/{COMBINED}", statistics.queues_view),
    path(f"{INSIDE}/TaskQueues/{REALTIME}", statistics.bulk_view),
    *statistics_of("/TaskQueues/<sid>", "queue"),
    *statistics_of("/Workflows/<sid>", "workflow"),
    path(f"{INSIDE}/Workers/{COMBINED}", worker_statistics.combined_view),
    path(f"{INSIDE}/Workers/{REALTIME}", worker_statistics.realtime_view),
    path(f"{INSIDE}/Workers/{CUMULATIVE}", worker_statistics.cumulative_view),
    path(f"{INSIDE}/Workers/<sid>/{COMBINED}", worker_statistics.one_view),
    *reservations_of("Tasks", "task"),
    *reservations_of("Workers", "worker"),
    path("signalbox/v1/Clock", clock.view),
    path("signalbox/v1/Scripts", scripts.view),
    path(f"{OURS}/Tasks/<task_sid>/Transfers", transfers.collection),
    path(f"{OURS}/Tasks/<task_sid>/Transfers/<sid>", transfers.instance),
    path(f"{OURS}/Tasks/<task_sid>/Explanation", explanations.view),
    path(f"{OURS}/Expressions/Check", expressions.view),
    path(f"{OURS}/Workflows/Check", workflow_check.view),
    path(f"{INSIDE}/Workers/<worker>/Channels", channels.worker_collection),
    path(f"{INSIDE}/Workers/<worker>/Channels/<sid>", channels.worker_instance),
    path(f"{INSIDE}/Events", events.collection),
    path(f"{INSIDE}/Events/<sid>", events.instance),
    *standard("Activities", ACTIVITIES),
    *standard("TaskChannels", CHANNELS),
    *standard("Workers", WORKERS),
    *standard("TaskQueues", QUEUES),
    *standard("Workflows", WORKFLOWS),
    *standard("Tasks", TASKS),
    re_path(r"(?s)^.*$", not_found),
]
