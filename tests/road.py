"""From a request to TaskRouter's API to a number: the whole road, on a fast clock."""

import json
from typing import Any

import httpx

from statsync import commands, days, reader
from statsync.actions.rollups import refill_rollups
from statsync.models import (
    DirtyBucket,
    LiveRow,
    QueueInterval,
    Stay,
    Window,
    WorkerInterval,
)
from statsync.rollups import bucket_of
from tests.fast_taskrouter import ACCOUNT

DAY_MS = 86_400_000


class FastTaskRouter:
    def __init__(self, port: int, start: int) -> None:
        self.url, self.now = f"http://127.0.0.1:{port}", start
        self.http = httpx.Client(base_url=self.url, auth=ACCOUNT, timeout=30)

    def close(self) -> None:
        self.http.close()

    def move(self, ms: int) -> None:
        assert ms >= self.now, "time does not go back"
        self.http.post("/clock", params={"ms": ms}).raise_for_status()
        self.now = ms

    def post(self, path: str, **data: Any) -> dict[str, Any]:
        answer = self.http.post(f"/v1/Workspaces{path}", data=data)
        assert answer.is_success, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        answer = self.http.get(f"/v1/Workspaces{path}", params=params)
        assert answer.is_success, answer.text
        body: dict[str, Any] = answer.json()
        return body


class Road:
    def __init__(self, taskrouter: FastTaskRouter) -> None:
        self.api = taskrouter
        self.day = (taskrouter.now // DAY_MS + 1) * DAY_MS
        self.at("09:40")
        made = taskrouter.post("", FriendlyName="Floor", Template="NONE")
        self.ws = f"/{made['sid']}"
        for name in ("Offline", "Available", "Break"):
            if name not in self.activities():
                self.post(
                    "/Activities", FriendlyName=name, Available=name == "Available"
                )
        connected = commands.connect(
            taskrouter.url, *ACCOUNT, made["sid"], taskrouter.now, callbacks=False
        )
        self.workspace = connected.workspace
        Window.objects.filter(workspace=self.workspace).delete()  # there is no past

    def at(self, clock: str) -> None:
        """Moves to this time of the day: "10:00:40" or "10:06"."""
        parts = [int(part) for part in clock.split(":")]
        seconds = sum(n * unit for n, unit in zip(parts, (3600, 60, 1), strict=False))
        self.api.move(self.day + seconds * 1000)

    def wait(self, seconds: float) -> None:
        self.api.move(self.api.now + int(seconds * 1000))

    def post(self, path: str, **data: Any) -> dict[str, Any]:
        return self.api.post(self.ws + path, **data)

    def activities(self) -> dict[str, str]:
        found = self.api.get(f"{self.ws}/Activities")["activities"]
        return {one["friendly_name"]: one["sid"] for one in found}

    def queue(self, name: str, workers: str = "1==1", **more: Any) -> str:
        made = self.post(
            "/TaskQueues", FriendlyName=name, TargetWorkers=workers, **more
        )
        return str(made["sid"])

    def workflow(self, *targets: dict[str, Any], **more: Any) -> str:
        """Every task takes these targets in turn; the last is also the default."""
        default = {"queue": targets[-1]["queue"]}
        routing = {
            "filters": [{"expression": "1==1", "targets": list(targets)}],
            "default_filter": default,
        }
        document = json.dumps({"task_routing": routing})
        made = self.post(
            "/Workflows",
            FriendlyName=f"W{self.api.now}",
            Configuration=document,
            **more,
        )
        return str(made["sid"])

    def worker(self, name: str, activity: str = "Available", **capacity: int) -> str:
        made = self.post(
            "/Workers",
            FriendlyName=name,
            ActivitySid=self.activities()[activity],
            Attributes="{}",
        )
        for channel, units in capacity.items():
            self.post(f"/Workers/{made['sid']}/Channels/{channel}", Capacity=units)
        return str(made["sid"])

    def set_activity(self, worker: str, name: str) -> None:
        self.post(f"/Workers/{worker}", ActivitySid=self.activities()[name])

    def task(
        self,
        workflow: str,
        channel: str = "voice",
        timeout: int = 86_400,
        **attributes: Any,
    ) -> str:
        made = self.post(
            "/Tasks",
            WorkflowSid=workflow,
            TaskChannel=channel,
            Timeout=timeout,
            Attributes=json.dumps(attributes),
        )
        return str(made["sid"])

    def offers(self, task: str) -> list[dict[str, Any]]:
        """Oldest first."""
        found = self.api.get(f"{self.ws}/Tasks/{task}/Reservations")["reservations"]
        return sorted(found, key=lambda one: (one["date_created"], one["sid"]))

    def accept(self, task: str, by: str = "") -> None:
        pending = [
            one
            for one in self.offers(task)
            if one["reservation_status"] == "pending"
            and (not by or one["worker_sid"] == by)
        ]
        path = f"/Tasks/{task}/Reservations/{pending[0]['sid']}"
        self.post(path, ReservationStatus="accepted")

    def transfer(self, task: str, to: str, mode: str = "WARM") -> str:
        answer = self.api.http.post(
            f"/signalbox/v1/Workspaces{self.ws}/Tasks/{task}/Transfers",
            data={"To": to, "Mode": mode},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sid"])

    def complete_own(self, task: str, worker: str) -> None:
        """One of several who have the task is done with it."""
        [own] = [one for one in self.offers(task) if one["worker_sid"] == worker]
        path = f"/Tasks/{task}/Reservations/{own['sid']}"
        self.post(path, ReservationStatus="completed")

    def wrap(self, task: str) -> None:
        self.post(f"/Tasks/{task}", AssignmentStatus="wrapping", Reason="done")

    def complete(self, task: str) -> None:
        self.post(f"/Tasks/{task}", AssignmentStatus="completed", Reason="done")

    def leave(self, task: str) -> None:
        """The customer hangs up."""
        self.post(f"/Tasks/{task}", AssignmentStatus="canceled", Reason="hangup")

    def settle(self) -> None:
        """Reads the events and fills every row that they touch."""
        reader.poll(self.workspace, self.api.now)
        while reader.backfill_step(self.workspace, self.api.now):
            pass
        while DirtyBucket.objects.filter(
            workspace=self.workspace, start_ms__lt=bucket_of(self.api.now)
        ).exists():
            refill_rollups(self.workspace, self.api.now)
        refill_rollups(self.workspace, self.api.now)

    def row(self, queue: str, clock: str) -> QueueInterval:
        """The queue's quarter that begins then; one of zeros where nothing happened."""
        rows = QueueInterval.objects.filter(
            workspace=self.workspace, queue_sid=queue, start_ms=self.ms(clock)
        )
        return rows.first() or QueueInterval()

    def agent(self, worker: str, clock: str) -> WorkerInterval:
        return WorkerInterval.objects.get(
            workspace=self.workspace, worker_sid=worker, start_ms=self.ms(clock)
        )

    def ms(self, clock: str) -> int:
        hours, minutes = clock.split(":")
        return self.day + (int(hours) * 60 + int(minutes)) * 60_000

    def stays(self, task: str) -> list[Stay]:
        rows = Stay.objects.filter(workspace=self.workspace, task_sid=task)
        return list(rows.order_by("nth"))

    def live(self, kind: str, sid: str) -> dict[str, Any]:
        row = LiveRow.objects.get(workspace=self.workspace, kind=kind, sid=sid)
        body: dict[str, Any] = json.loads(row.body)
        return body

    def today(self) -> days.Span:
        return self.day, self.day + DAY_MS
