"""A workspace with one of everything, for requests to be about."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

WORD = re.compile(r"\{[A-Z]\w+\}\Z")
TIMES = {"{Now}": timedelta(), "{Lately}": timedelta(minutes=30)}


@dataclass
class Floor:
    http: httpx.Client
    ws: str
    sids: dict[str, str] = field(default_factory=dict)
    "By the name of the path's parameter, or of the request's."

    def make(self, what: str, **form: object) -> str:
        answer = self.http.post(f"{self.ws}/{what}", data=form)
        sid: str = answer.raise_for_status().json()["sid"]
        return sid

    def fill(self) -> "Floor":
        activities = self.http.get(f"{self.ws}/Activities").json()["activities"]
        ready = next(one["sid"] for one in activities if one["available"])
        away = next(one["sid"] for one in activities if not one["available"])
        queue = self.make("TaskQueues", FriendlyName="Line", TargetWorkers="1==1")
        plan = {"task_routing": {"default_filter": {"queue": queue}}}
        workflow = self.make(
            "Workflows", FriendlyName="Way", Configuration=json.dumps(plan)
        )
        worker = self.make(
            "Workers", FriendlyName="Ines", ActivitySid=ready, Attributes="{}"
        )
        self.sids = {
            "WorkspaceSid": self.ws.rpartition("/")[2],
            "Activity": self.make("Activities", FriendlyName="Break"),
            "Ready": ready,
            "Away": away,
            "TaskQueue": queue,
            "Workflow": workflow,
            "Worker": worker,
            "TaskChannel": self.make(
                "TaskChannels", FriendlyName="Fax", UniqueName="fax"
            ),
            "Configuration": json.dumps(plan),
        }
        return self.ring()

    def ring(self) -> "Floor":
        """A new task, offered to the worker."""
        self.sids["Task"] = self.make(
            "Tasks", WorkflowSid=self.sids["Workflow"], Attributes='{"kind": "x"}'
        )
        path = f"{self.ws}/Tasks/{self.sids['Task']}/Reservations"
        (offer,) = self.http.get(path).json()["reservations"]
        self.sids["Reservation"] = offer["sid"]
        channels = self.http.get(f"{self.ws}/Workers/{self.sids['Worker']}/Channels")
        self.sids["Channel"] = channels.json()["channels"][0]["sid"]
        events = self.http.get(f"{self.ws}/Events").json()["events"]
        self.sids["Event"] = events[0]["sid"]
        return self

    def hang_up(self) -> None:
        """No task is left."""
        task = f"{self.ws}/Tasks/{self.sids['Task']}"
        self.http.delete(task).raise_for_status()

    def add_queue(self) -> None:
        """One that no workflow leads to."""
        self.sids["TaskQueue"] = self.make("TaskQueues", FriendlyName="Spare")

    def let_wait(self) -> None:
        """A task for which the worker has no room."""
        self.sids["Task"] = self.make("Tasks", WorkflowSid=self.sids["Workflow"])

    def make_room(self) -> "Floor":
        """The worker has room for whatever rings, and the workflow Quiet rings nobody."""
        worker, workflow = self.sids["Worker"], self.sids["Workflow"]
        self.change(f"Workers/{worker}/Channels/default", Capacity=1000)
        self.change(f"Workflows/{workflow}", TaskReservationTimeout=86_400)
        nobody = self.make("TaskQueues", FriendlyName="None", TargetWorkers="1==2")
        plan = {"task_routing": {"default_filter": {"queue": nobody}}}
        self.sids["Quiet"] = self.make(
            "Workflows", FriendlyName="Quiet", Configuration=json.dumps(plan)
        )
        return self

    def change(self, what: str, **form: object) -> None:
        self.http.post(f"{self.ws}/{what}", data=form).raise_for_status()

    def filled(self, text: str) -> str:
        """`{Worker}` is the worker's sid, `{Lately}` half an hour ago."""
        if text in TIMES:
            moment = datetime.now(UTC) - TIMES[text]
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.sids[text[1:-1]] if WORD.match(text) else text

    def path(self, template: str) -> str:
        """`/Workspaces/{WorkspaceSid}/Tasks/{Sid}` with this floor's sids."""
        segments = template.split("/")
        return "/".join(
            self.sid(segments[at - 1]) if segment.startswith("{") else segment
            for at, segment in enumerate(segments)
        )

    def sid(self, collection: str) -> str:
        if collection == "Workspaces":
            return self.sids["WorkspaceSid"]
        if collection == "Activities":
            return self.sids["Activity"]
        return self.sids[collection.removesuffix("s")]


def opened(http: httpx.Client) -> Floor:
    made = http.post("/Workspaces", data={"FriendlyName": "F", "Template": "FIFO"})
    return Floor(http, f"/Workspaces/{made.raise_for_status().json()['sid']}").fill()
