"""A centre that chance made, and what chance picks of it: one of a kind, attributes, a workflow."""

import json
import random
from typing import Any

from taskrouter.engine import commands
from tests.builders import ACCOUNT, Centre, to, when

TEAMS = [
    "team == 'a'",
    "team != 'a'",
    "1==1",
    "1==2",
    "activity_name == 'Available'",
    "",
]
FILTERS = ["kind == 'a'", "kind == 'b'", "1==1", "n > 3"]
TARGETS = [
    "task.kind == worker.team",
    "worker.level > task.n",
    "worker.channel.voice.assigned_tasks < 1",
]
ORDERS = [
    "worker.level DESC",
    "worker.channel.chat.available_capacity_percentage, worker.level Desc",
]
SKIPS = ["1==1", "workers.available == 0", "workers.{activity} > 1"]
OFTEN_IN_TARGETS = {"timeout": 0.4, "skip_if": 0.3}
CHANNELS = ["voice", "chat"]


class NothingThere(Exception):
    """Chance wants one of a kind of which there is none."""


class Chances:
    """A centre, and the source of all that is random in it."""

    def __init__(self, seed: int, centre: Centre | None = None) -> None:
        self.chance = random.Random(seed)
        self.centre = centre or Centre(seed)
        self.single = self.chance.random() < 0.3
        if self.single:
            made = self.centre.do(
                commands.CreateWorkspace(
                    account_sid=ACCOUNT, friendly_name="S", multi_task_enabled=False
                )
            )
            self.centre.ws = made.sid
        self.queues = [
            self.centre.queue(f"Q{n}", TEAMS[n], **self.queue_settings())
            for n in range(4)
        ]
        self.flows = [
            self.centre.workflow(
                *self.filters(),
                default=self.queues[2],
                task_reservation_timeout=self.pick([5, 15]),
            )
            for _ in range(2)
        ]
        for n in range(5):
            self.hire(f"W{n}")

    def pick(self, some: list[Any]) -> Any:
        if not some:
            raise NothingThere
        return self.chance.choice(some)

    def any(self, kind: str) -> Any:
        """One of the workspace's. Raises NothingThere."""
        return self.pick(list(self.centre.state.inside(self.centre.ws, kind)))

    def such(self, kind: str, field: str, values: list[Any]) -> str:
        """The sid of one whose field has one of the values."""
        rows = self.centre.state.inside(self.centre.ws, kind)
        return str(
            self.pick([one.sid for one in rows if getattr(one, field) in values])
        )

    def queue_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "max_reserved_workers": self.pick([1, 1, 2, 3]),
            "task_order": self.pick(["FIFO", "LIFO"]),
        }
        if self.single:
            busy = self.centre.activity("Busy")
            settings["reservation_activity_sid"] = busy
            settings["assignment_activity_sid"] = busy
        return settings

    def filters(self) -> list[dict[str, Any]]:
        return [
            when(
                self.pick(FILTERS),
                self.target(),
                *[self.later_target() for _ in range(self.pick([0, 1, 2]))],
            )
            for _ in range(self.pick([0, 1, 2, 3]))
        ]

    def target(self) -> dict[str, Any]:
        members = {
            "timeout": self.pick([5, 20, 60]),
            "priority": self.chance.randrange(5),
            "expression": self.pick(TARGETS),
            "order_by": self.pick(ORDERS),
            "skip_if": self.pick(SKIPS).format(activity=self.any("activity").sid),
            "known_worker_sid": "task.sid",
            "known_worker_friendly_name": "task.name",
        }
        some = {
            name: value
            for name, value in members.items()
            if self.chance.random() < OFTEN_IN_TARGETS.get(name, 0.2)
        }
        return to(self.pick(self.queues), **some)

    def later_target(self) -> dict[str, Any]:
        """It may stay in the queue of the one before."""
        target = self.target()
        if self.chance.random() < 0.2:
            del target["queue"]
        return target

    def attributes(self) -> dict[str, Any]:
        worker = self.any("worker")
        return {
            "kind": self.pick(["a", "b"]),
            "n": self.chance.randrange(6),
            "sid": self.pick([worker.sid, None]),
            "name": self.pick([worker.friendly_name, "Later"]),
        }

    def skills(self) -> str:
        return json.dumps(
            {"team": self.pick(["a", "b"]), "level": self.chance.randrange(6)}
        )

    def hire(self, name: str) -> None:
        self.do(
            commands.CreateWorker,
            friendly_name=name,
            activity_sid=self.such("activity", "available", [True]),
            attributes=self.skills(),
        )

    def do(self, command: type[commands.Command], **fields: Any) -> Any:
        return self.centre.do(command(workspace_sid=self.centre.ws, **fields))  # type: ignore[call-arg]
