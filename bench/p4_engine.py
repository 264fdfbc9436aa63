"""P4: whole lives of tasks through the pure engine, on one core, by processor time.

A life is: created, driven through its workflow, offered, accepted, completed, and
forgotten five minutes later; eight events, three commands and its share of the clock. Every event's `event_data` is made and looked at;
nothing is written as JSON, nothing is saved. Half of the workers are busy at any time.
"""

import json
import os
import random
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from taskrouter.engine import commands
from taskrouter.engine.lifecycle import Decision, decide, next_due
from taskrouter.engine.sids import Sids
from taskrouter.engine.state import State

LIVES = int(os.environ.get("BENCH_LIVES", "2000"))
ROUNDS = 5
QUEUES = 50
SKILLS_EACH = 3
LANGUAGES = ("en", "es", "fr", "de", "nl")
STEP_MS = 100
START = 1_767_225_600_000
GOAL, GROWTH = 5_000, 1.5
WORKLOADS: dict[str, list[dict[str, Any]]] = {
    "no target expression": [{}],
    "a target expression": [{"expression": "task.language IN worker.languages"}],
    "order_by": [{"order_by": "worker.level DESC"}],
    "targets nobody meets": [
        {"expression": "task.language IN worker.dialects", "timeout": 5},
        {},
    ],
}
FIRST_TWO = tuple(WORKLOADS)[:2]


def main() -> None:
    for name in WORKLOADS:
        rate = measure(name, 1_000)
        goal = f" goal {GOAL:,}" if name in FIRST_TWO else ""
        print(f"P4  {name}: {rate:,.0f} lives/s{goal}")
    for name in FIRST_TWO:
        growth = measure(name, 100) / measure(name, 10_000)
        print(f"    {name}: {growth:.2f} x from 100 to 10,000 workers, goal {GROWTH}")


def measure(workload: str, workers: int) -> float:
    """Lives per second of processor time: of the best round, for noise only slows."""
    floor = Floor(workload, workers)
    floor.live(workers // 2 + 3 * 60_000 // STEP_MS * 2)
    rates = []
    for _ in range(ROUNDS):
        began, before = time.process_time(), floor.completed
        floor.live(LIVES)
        rates.append((floor.completed - before) / (time.process_time() - began))
    return max(rates)


@dataclass
class Floor:
    """A centre whose tasks come one each tenth of a second."""

    workload: str
    workers: int
    completed: int = 0
    events: int = 0
    in_hand: deque[str] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.chance = random.Random(4)
        self.state, self.sids, self.now = State(), Sids(random.Random(4)), START
        made = commands.CreateWorkspace(account_sid="AC" + "7" * 32, friendly_name="P4")
        self.ws = self.do(made).result.sid  # type: ignore[union-attr]
        activities = self.state.inside(self.ws, "activity")
        self.available = next(one.sid for one in activities if one.available)
        queues = [self.queue(n) for n in range(QUEUES)]
        self.workflow = self.made(
            commands.CreateWorkflow,
            friendly_name="All",
            configuration=self.configuration(queues),
        )
        for n in range(self.workers):
            self.hire(n)

    def queue(self, n: int) -> str:
        return self.made(
            commands.CreateTaskQueue,
            friendly_name=f"Queue {n}",
            target_workers=f"skills HAS 'skill{n}'",
        )

    def configuration(self, queues: list[str]) -> str:
        filters = [
            {
                "filter_friendly_name": f"Skill {n}",
                "expression": f"skill == 'skill{n}'",
                "targets": [
                    {"queue": queue, **target} for target in WORKLOADS[self.workload]
                ],
            }
            for n, queue in enumerate(queues)
        ]
        return json.dumps({"task_routing": {"filters": filters}})

    def hire(self, n: int) -> None:
        skills = [f"skill{(n + k * 7) % QUEUES}" for k in range(SKILLS_EACH)]
        languages = self.chance.sample(LANGUAGES, 2)
        attributes = {"skills": skills, "languages": languages, "level": n % 10}
        self.made(
            commands.CreateWorker,
            friendly_name=f"Worker {n}",
            activity_sid=self.available,
            attributes=json.dumps(attributes),
        )

    def made(self, command: type[commands.Command], **fields: Any) -> str:
        made = self.do(command(workspace_sid=self.ws, **fields)).result  # type: ignore[call-arg]
        assert made is not None
        return made.sid

    def do(self, command: commands.Command) -> Decision:
        decision = decide(self.state, command, self.now, self.sids)
        for event in decision.events:
            assert event.data["workspace_sid"]
            self.events += 1
        return decision

    def live(self, lives: int) -> None:
        """As many tasks come; whoever is offered one takes it, the oldest one ends."""
        for _ in range(lives):
            self.now += STEP_MS
            due = next_due(self.state)
            if due is not None and due <= self.now:
                self.take(self.do(commands.TimePassed()))
            self.take(self.do(self.task()))
            while len(self.in_hand) > self.workers // 2:
                self.finish(self.in_hand.popleft())

    def task(self) -> commands.CreateTask:
        skill = f"skill{self.chance.randrange(QUEUES)}"
        language = self.chance.choice(LANGUAGES)
        return commands.CreateTask(
            workspace_sid=self.ws,
            workflow_sid=self.workflow,
            task_channel="voice",
            attributes=f'{{"skill": "{skill}", "language": "{language}"}}',
        )

    def take(self, decision: Decision) -> None:
        """Accepts what rings."""
        for event in decision.events:
            if event.type == "reservation.created":
                self.set_status(event.resource_sid, "accepted")
                self.in_hand.append(event.resource_sid)

    def finish(self, reservation_sid: str) -> None:
        self.set_status(reservation_sid, "completed")
        self.completed += 1

    def set_status(self, sid: str, status: str) -> None:
        command = commands.UpdateReservation(
            workspace_sid=self.ws, sid=sid, reservation_status=status
        )
        self.take(self.do(command))


if __name__ == "__main__":
    main()
