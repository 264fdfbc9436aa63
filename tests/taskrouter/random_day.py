"""A day on which anything may happen, played over HTTP on the fast clock."""

import json
import random
from typing import Any

from tests.road import FastTaskRouter

CHANNELS = ("voice", "chat", "sms", "default")
TEAMS = ("red", "blue", "")


class RandomDay:
    """One workspace. A refusal is an answer like any other."""

    def __init__(self, api: FastTaskRouter, seed: int) -> None:
        self.api, self.chance = api, random.Random(seed)
        self.start = api.now
        multi = "true" if seed % 2 else "false"
        made = api.post("", FriendlyName=f"Day {seed}", MultiTaskEnabled=multi)
        self.ws = f"/{made['sid']}"
        self.sid: str = made["sid"]
        self.queues: dict[str, str] = {}
        "Sid of each, and the team it addresses; * is everybody."
        self.made = 0
        self.furnish()

    def furnish(self) -> None:
        for name in ("Break", "Ringing", "Talking", "Ready"):
            takes = name in ("Ringing", "Ready")
            self.post("/Activities", FriendlyName=name, Available=takes)
        activities = self.sids("activities", "/Activities")
        ringing = {"ReservationActivitySid": activities["Ringing"]}
        talking = {"AssignmentActivitySid": activities["Talking"]}
        red = self.queue("Red", "red", MaxReservedWorkers=2, **ringing)
        blue = self.queue("Blue", "blue", **ringing, **talking)
        everybody = self.queue("Everybody", "*", TaskOrder="LIFO")
        patient = [{"queue": red, "timeout": 40}, {"queue": blue, "timeout": 100}]
        first = [
            {"expression": "kind == 'a'", "targets": patient},
            {"expression": "kind == 'b'", "targets": [{"queue": blue, "priority": 5}]},
        ]
        self.workflow("First", first, red, 25)
        self.workflow("Second", [], everybody, 60)
        self.begin_with_transfers(everybody)
        for _ in range(4):
            self.hire()

    def queue(self, name: str, team: str, **more: Any) -> str:
        expression = "1==1" if team == "*" else f"team == '{team}'"
        made = self.post(
            "/TaskQueues", FriendlyName=name, TargetWorkers=expression, **more
        )
        self.queues[made["sid"]] = team
        return str(made["sid"])

    def workflow(
        self, name: str, filters: list[Any], default: str, timeout: int
    ) -> None:
        routing = {"filters": filters, "default_filter": {"queue": default}}
        self.post(
            "/Workflows",
            FriendlyName=name,
            Configuration=json.dumps({"task_routing": routing}),
            TaskReservationTimeout=timeout,
        )

    def begin_with_transfers(self, queue: str) -> None:
        """A task is handed over and taken, handed back and not taken."""
        ready = self.sids("activities", "/Activities")["Ready"]
        pair = {
            self.post("/Workers", FriendlyName=name, ActivitySid=ready)["sid"]
            for name in ("Ann", "Bob")
        }
        task = self.post("/Tasks", TaskQueueSid=queue, TaskChannel="voice")["sid"]
        self.api.move(self.api.now + 7_000)
        first = self.pending(task)
        self.post(
            f"/Tasks/{task}/Reservations/{first['sid']}", ReservationStatus="accepted"
        )
        (other,) = pair - {first["worker_sid"]}
        self.transfer(task, other, "COLD")
        self.api.move(self.api.now + 4_000)
        for sid, status in (
            (self.pending(task)["sid"], "accepted"),
            (first["sid"], "completed"),
        ):
            self.post(f"/Tasks/{task}/Reservations/{sid}", ReservationStatus=status)
        self.transfer(task, first["worker_sid"], "WARM")
        self.api.move(self.api.now + 130_000)

    def pending(self, task: str) -> dict[str, Any]:
        path = f"/Tasks/{task}/Reservations"
        return self.one_of("reservations", path, ReservationStatus="pending")

    def transfer(self, task: str, to: str, mode: str) -> dict[str, Any]:
        path = f"/signalbox/v1/Workspaces{self.ws}/Tasks/{task}/Transfers"
        return self.posted(path, To=to, Mode=mode)

    def live(self, steps: int) -> None:
        """Half of what happens shares a millisecond with what happened before."""
        whats = (
            *(self.arrive,) * 6,
            *(self.answer,) * 8,
            *(self.move,) * 5,
            *(self.end,) * 4,
            *(self.hand_over,) * 3,
            *(self.hang_up, self.hurry, self.change_team, self.hire),
            *(self.dismiss, self.delete_task, self.new_activity, self.drop_activity),
            *(self.new_queue, self.drop_queue, self.give_capacity),
        )
        for _ in range(steps):
            self.chance.choice(whats)()
            if self.chance.random() < 0.5:
                longest = self.chance.choice((2_000, 20_000, 20_000, 200_000))
                self.api.move(self.api.now + self.chance.randrange(1, longest))

    def be_complete(self) -> None:
        """What chance may have left out."""
        nobody, nobody_else = self.queue("N1", "nobody"), self.queue("N2", "nobody")
        steps = [{"queue": nobody, "timeout": 3}, {"queue": nobody_else, "timeout": 3}]
        self.workflow("None", [{"expression": "1==1", "targets": steps}], nobody, 25)
        none = self.sids("workflows", "/Workflows")["None"]
        for _ in range(2):
            task = self.post("/Tasks", WorkflowSid=none, Attributes="{}")
        self.delete(f"/Tasks/{task['sid']}")
        self.api.move(self.api.now + 10_000)
        for path in ("/Activities", "/Workers", "/TaskQueues"):
            made = self.post(path, FriendlyName=f"Gone {self.number()}")
            self.delete(f"{path}/{made['sid']}")

    def post(self, path: str, **data: Any) -> dict[str, Any]:
        """What came back; {} where it was refused."""
        return self.posted(f"/v1/Workspaces{self.ws}{path}", **data)

    def posted(self, path: str, **data: Any) -> dict[str, Any]:
        answer = self.api.http.post(path, data=data)
        assert answer.status_code < 500, answer.text
        return answer.json() if answer.is_success else {}

    def delete(self, path: str) -> bool:
        answer = self.api.http.delete(f"/v1/Workspaces{self.ws}{path}")
        assert answer.status_code < 500, answer.text
        return answer.is_success

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self.api.get(self.ws + path, **params)

    def listed(self, name: str, path: str, **params: Any) -> list[dict[str, Any]]:
        return list(self.get(path, PageSize=1000, **params)[name])

    def sids(self, name: str, path: str) -> dict[str, str]:
        return {one["friendly_name"]: one["sid"] for one in self.listed(name, path)}

    def one_of(self, name: str, path: str, **params: Any) -> dict[str, Any]:
        found = self.listed(name, path, **params)
        return self.chance.choice(found) if found else {}

    def number(self) -> int:
        self.made += 1
        return self.made

    def arrive(self) -> None:
        chance = self.chance
        route: dict[str, Any] = {
            "WorkflowSid": chance.choice(
                list(self.sids("workflows", "/Workflows").values())
            )
        }
        if chance.random() < 0.15:
            route = {"TaskQueueSid": chance.choice(list(self.queues))}
        elif chance.random() < 0.15:
            worker = self.one_of("workers", "/Workers").get("sid", "")
            route = {"RoutingTarget": worker} if worker else route
        self.post(
            "/Tasks",
            **route,
            TaskChannel=chance.choice(CHANNELS),
            Attributes=json.dumps({"kind": chance.choice("abc")}),
            Priority=chance.randrange(3),
            Timeout=chance.choice((60, 3600, 86_400)),
        )

    def answer(self) -> None:
        task = self.one_of("tasks", "/Tasks", AssignmentStatus="reserved")
        if not task:
            return
        path, offer = f"/Tasks/{task['sid']}/Reservations", self.pending(task["sid"])
        status = self.chance.choice(("accepted", "accepted", "accepted", "rejected"))
        more = {}
        if status == "rejected" and self.chance.random() < 0.5:
            more["WorkerActivitySid"] = self.an_activity()
        self.post(f"{path}/{offer['sid']}", ReservationStatus=status, **more)

    def an_activity(self) -> str:
        names = self.sids("activities", "/Activities")
        # Somebody must be there.
        wanted = self.chance.choice([*names, "Ready", "Ready"])
        return names[wanted]

    def move(self) -> None:
        worker = self.one_of("workers", "/Workers")
        for _ in range(self.chance.choice((1, 1, 3))):
            if worker:
                self.post(f"/Workers/{worker['sid']}", ActivitySid=self.an_activity())

    def end(self) -> None:
        task = self.one_of("tasks", "/Tasks", AssignmentStatus="assigned,wrapping")
        status = self.chance.choice(("completed", "completed", "wrapping"))
        if task:
            self.post(f"/Tasks/{task['sid']}", AssignmentStatus=status, Reason="done")

    def hand_over(self) -> None:
        """To a queue or a worker; at times it is called off at once."""
        task = self.one_of("tasks", "/Tasks", AssignmentStatus="assigned")
        worker = self.one_of("workers", "/Workers")
        if not task or not worker:
            return
        to = self.chance.choice([*self.queues, worker["sid"], worker["sid"]])
        made = self.transfer(task["sid"], to, self.chance.choice(("COLD", "WARM")))
        if made and self.chance.random() < 0.2:
            self.posted(made["url"], TransferStatus="canceled")

    def hang_up(self) -> None:
        task = self.one_of("tasks", "/Tasks", AssignmentStatus="pending,reserved")
        if task:
            self.post(
                f"/Tasks/{task['sid']}", AssignmentStatus="canceled", Reason="hangup"
            )

    def hurry(self) -> None:
        if task := self.one_of("tasks", "/Tasks"):
            self.post(f"/Tasks/{task['sid']}", Priority=self.chance.randrange(9))

    def delete_task(self) -> None:
        if task := self.one_of("tasks", "/Tasks"):
            self.delete(f"/Tasks/{task['sid']}")

    def change_team(self) -> None:
        team = json.dumps({"team": self.chance.choice(TEAMS)})
        if worker := self.one_of("workers", "/Workers"):
            self.post(f"/Workers/{worker['sid']}", Attributes=team)

    def give_capacity(self) -> None:
        if worker := self.one_of("workers", "/Workers"):
            path = f"/Workers/{worker['sid']}/Channels/{self.chance.choice(CHANNELS)}"
            self.post(path, Capacity=self.chance.randrange(4))

    def hire(self) -> None:
        self.post(
            "/Workers",
            FriendlyName=f"Worker {self.number()}",
            ActivitySid=self.an_activity(),
            Attributes=json.dumps({"team": self.chance.choice(TEAMS)}),
        )

    def dismiss(self) -> None:
        if worker := self.one_of("workers", "/Workers"):
            self.delete(f"/Workers/{worker['sid']}")

    def new_activity(self) -> None:
        self.post(
            "/Activities",
            FriendlyName=f"Activity {self.number()}",
            Available=self.chance.random() < 0.5,
        )

    def drop_activity(self) -> None:
        """Only one that was made today: the others are spoken of by name."""
        names = self.sids("activities", "/Activities")
        ours = [sid for name, sid in names.items() if name.startswith("Activity ")]
        if ours:
            self.delete(f"/Activities/{self.chance.choice(ours)}")

    def new_queue(self) -> None:
        self.queue(f"Queue {self.number()}", self.chance.choice(("red", "*")))

    def drop_queue(self) -> None:
        sid = self.chance.choice(list(self.queues))
        if self.delete(f"/TaskQueues/{sid}"):
            del self.queues[sid]

    def events(self) -> list[dict[str, Any]]:
        """All of them, the oldest first."""
        begin = iso(self.start - 1000)
        page = self.get("/Events", PageSize=1000, StartDate=begin)
        found = page["events"]
        while page["meta"]["next_page_url"]:
            page = self.api.http.get(page["meta"]["next_page_url"]).json()
            found += page["events"]
        return list(reversed(found))


def iso(ms: int) -> str:
    """To the millisecond."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
