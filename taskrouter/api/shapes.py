"""Records as TaskRouter renders them: snake_case, absolute addresses, no fractions."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from taskrouter.engine.records import (
    Activity,
    Reservation,
    Task,
    TaskChannel,
    TaskQueue,
    Worker,
    WorkerChannel,
    Workflow,
    Workspace,
)
from taskrouter.engine.state import State

Shape = dict[str, Any]


def iso(ms: int | None) -> str | None:
    if ms is None:
        return None
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def link(workspace: str, path: str, sid: str | None) -> str | None:
    return f"{workspace}/{path}/{sid}" if sid else None


@dataclass(frozen=True, slots=True)
class Shapes:
    """Renders for one answer: one state, one moment, one address of ours."""

    state: State
    now: int
    base: str
    account_sid: str

    def inside(self, workspace_sid: str) -> str:
        return f"{self.base}/v1/Workspaces/{workspace_sid}"

    def own(self, record: Any, path: str) -> Shape:
        return {
            "sid": record.sid,
            "account_sid": self.account_sid,
            "workspace_sid": record.workspace_sid,
            "date_created": iso(record.date_created),
            "date_updated": iso(record.date_updated),
            "url": f"{self.inside(record.workspace_sid)}/{path}/{record.sid}",
        }

    def activity_name(self, sid: str | None) -> str | None:
        activity = self.state.activities.get(sid or "")
        return activity.friendly_name if activity else None

    def channel_name(self, sid: str) -> str | None:
        """None of a channel that is gone, as one may be whose tasks have ended."""
        channel = self.state.task_channels.get(sid)
        return channel.unique_name if channel else None

    def workspace(self, one: Workspace) -> Shape:
        url = self.inside(one.sid)
        links = {
            "activities": "Activities",
            "events": "Events",
            "statistics": "Statistics",
            "real_time_statistics": "RealTimeStatistics",
            "cumulative_statistics": "CumulativeStatistics",
            "task_queues": "TaskQueues",
            "tasks": "Tasks",
            "task_channels": "TaskChannels",
            "workers": "Workers",
            "workflows": "Workflows",
        }
        return {
            "sid": one.sid,
            "account_sid": self.account_sid,
            "friendly_name": one.friendly_name,
            "default_activity_sid": one.default_activity_sid,
            "default_activity_name": self.activity_name(one.default_activity_sid),
            "timeout_activity_sid": one.timeout_activity_sid,
            "timeout_activity_name": self.activity_name(one.timeout_activity_sid),
            "event_callback_url": one.event_callback_url or None,
            "events_filter": one.events_filter,
            "multi_task_enabled": one.multi_task_enabled,
            "prioritize_queue_order": one.prioritize_queue_order,
            "date_created": iso(one.date_created),
            "date_updated": iso(one.date_updated),
            "url": url,
            "links": {name: f"{url}/{path}" for name, path in links.items()},
        }

    def activity(self, one: Activity) -> Shape:
        return {
            **self.own(one, "Activities"),
            "friendly_name": one.friendly_name,
            "available": one.available,
            "links": {"workspace": self.inside(one.workspace_sid)},
        }

    def task_channel(self, one: TaskChannel) -> Shape:
        return {
            **self.own(one, "TaskChannels"),
            "friendly_name": one.friendly_name,
            "unique_name": one.unique_name,
            "channel_optimized_routing": one.channel_optimized_routing,
            "links": {"workspace": self.inside(one.workspace_sid)},
        }

    def worker(self, one: Worker) -> Shape:
        workspace = self.inside(one.workspace_sid)
        url = f"{workspace}/Workers/{one.sid}"
        activity = self.state.activities.get(one.activity_sid)
        return {
            **self.own(one, "Workers"),
            "friendly_name": one.friendly_name,
            "activity_sid": one.activity_sid,
            "activity_name": self.activity_name(one.activity_sid),
            "available": activity is not None and activity.available,
            "attributes": one.attributes,
            "date_status_changed": iso(one.date_status_changed),
            "links": {
                "activity": f"{workspace}/Activities/{one.activity_sid}",
                "workspace": workspace,
                "channels": f"{url}/Channels",
                "worker_channels": f"{url}/Channels",
                "reservations": f"{url}/Reservations",
                "statistics": f"{workspace}/Workers/Statistics",
                "worker_statistics": f"{url}/Statistics",
                "real_time_statistics": f"{workspace}/Workers/RealTimeStatistics",
                "cumulative_statistics": f"{workspace}/Workers/CumulativeStatistics",
            },
        }

    def worker_channel(self, one: WorkerChannel) -> Shape:
        used = self.state.load(one.worker_sid, one.task_channel_sid)
        capacity = one.configured_capacity
        return {
            **self.own(one, f"Workers/{one.worker_sid}/Channels"),
            "worker_sid": one.worker_sid,
            "task_channel_sid": one.task_channel_sid,
            "task_channel_unique_name": self.channel_name(one.task_channel_sid),
            "configured_capacity": capacity,
            "available": one.available,
            "available_capacity_percentage": (
                max(0, (capacity - used) * 100 // capacity) if capacity else 0
            ),
            "assigned_tasks": self.assigned(one),
        }

    def assigned(self, one: WorkerChannel) -> int:
        return sum(
            held.reservation_status == "accepted"
            and held.task_channel_sid == one.task_channel_sid
            for held in self.state.reservations_of_worker(one.worker_sid)
        )

    def task_queue(self, one: TaskQueue) -> Shape:
        workspace = self.inside(one.workspace_sid)
        url = f"{workspace}/TaskQueues/{one.sid}"

        return {
            **self.own(one, "TaskQueues"),
            "friendly_name": one.friendly_name,
            "target_workers": one.target_workers,
            "max_reserved_workers": one.max_reserved_workers,
            "task_order": one.task_order,
            "reservation_activity_sid": one.reservation_activity_sid,
            "reservation_activity_name": self.activity_name(
                one.reservation_activity_sid
            ),
            "assignment_activity_sid": one.assignment_activity_sid,
            "assignment_activity_name": self.activity_name(one.assignment_activity_sid),
            "links": {
                "assignment_activity": link(
                    workspace, "Activities", one.assignment_activity_sid
                ),
                "reservation_activity": link(
                    workspace, "Activities", one.reservation_activity_sid
                ),
                "workspace": workspace,
                "statistics": f"{url}/Statistics",
                "real_time_statistics": f"{url}/RealTimeStatistics",
                "cumulative_statistics": f"{url}/CumulativeStatistics",
                "list_statistics": f"{workspace}/TaskQueues/Statistics",
                "bulk_real_time_statistics": f"{workspace}/TaskQueues/RealTimeStatistics",
            },
        }

    def workflow(self, one: Workflow) -> Shape:
        url = f"{self.inside(one.workspace_sid)}/Workflows/{one.sid}"
        return {
            **self.own(one, "Workflows"),
            "friendly_name": one.friendly_name,
            "configuration": one.configuration,
            "assignment_callback_url": one.assignment_callback_url,
            "fallback_assignment_callback_url": one.fallback_assignment_callback_url,
            "task_reservation_timeout": one.task_reservation_timeout,
            "document_content_type": "application/json",
            "links": {
                "statistics": f"{url}/Statistics",
                "real_time_statistics": f"{url}/RealTimeStatistics",
                "cumulative_statistics": f"{url}/CumulativeStatistics",
            },
        }

    def task(self, one: Task) -> Shape:
        workspace = self.inside(one.workspace_sid)
        queue = self.state.task_queues.get(one.task_queue_sid or "")
        workflow = self.state.workflows.get(one.workflow_sid or "")
        return {
            **self.own(one, "Tasks"),
            "workflow_sid": one.workflow_sid,
            "workflow_friendly_name": workflow.friendly_name if workflow else None,
            "task_queue_sid": one.task_queue_sid,
            "task_queue_friendly_name": queue.friendly_name if queue else None,
            "task_queue_entered_date": iso(one.task_queue_entered_date),
            "task_channel_sid": one.task_channel_sid,
            "task_channel_unique_name": self.channel_name(one.task_channel_sid),
            "assignment_status": one.assignment_status,
            "attributes": one.attributes,
            "addons": "{}",
            "age": (self.now - one.date_created) // 1000,
            "priority": one.priority,
            "timeout": one.timeout,
            "reason": one.reason,
            "virtual_start_time": iso(one.virtual_start_time),
            "ignore_capacity": one.ignore_capacity,
            "routing_target": one.routing_target,
            "links": {
                "task_queue": link(workspace, "TaskQueues", one.task_queue_sid),
                "workflow": link(workspace, "Workflows", one.workflow_sid),
                "workspace": workspace,
                "reservations": f"{workspace}/Tasks/{one.sid}/Reservations",
            },
        }

    def reservation(self, one: Reservation, parent: str) -> Shape:
        """`parent` is the path it was asked under, as Tasks/WT…"""
        workspace = self.inside(one.workspace_sid)
        worker = self.state.workers.get(one.worker_sid)
        return {
            **self.own(one, f"{parent}/Reservations"),
            "task_sid": one.task_sid,
            "worker_sid": one.worker_sid,
            "worker_name": worker.friendly_name if worker else None,
            "reservation_status": one.reservation_status,
            "links": {
                "task": f"{workspace}/Tasks/{one.task_sid}",
                "worker": f"{workspace}/Workers/{one.worker_sid}",
                "workspace": workspace,
            },
        }
