"""Random days of a centre: every kind of command, refused or not, and time between."""

import json
from collections.abc import Callable, Iterator

from taskrouter.engine import commands
from taskrouter.engine.refusal import Refused
from tests.builders import ACCOUNT, Centre
from tests.chances import CHANNELS, TEAMS, Chances, NothingThere

LIVE = ["pending", "accepted", "wrapping"]


class Day(Chances):
    """A centre, and what may happen to it next: one method each, named like the command."""

    def happen(self) -> str | None:
        """Whatever chance wants; its name, or None where it could not or might not be."""
        [happening] = self.chance.choices(HAPPENINGS, WEIGHTS)
        try:
            happening(self)
        except (Refused, NothingThere):
            return None
        return happening.__name__

    def create_task(self) -> None:
        self.centre.task(
            self.pick(self.flows),
            task_channel=self.pick(CHANNELS),
            attributes=self.attributes(),
            timeout=self.pick([60, 86_400]),
        )

    def create_task_past_the_workflow(self) -> None:
        self.centre.task(
            routing_target=self.pick(
                [self.any("worker").sid, *self.queues, *self.flows]
            ),
            ignore_capacity=self.chance.random() < 0.5,
            priority=self.chance.randrange(4),
        )

    def update_task(self) -> None:
        change = self.pick(
            [
                {"priority": self.chance.randrange(9)},
                {"attributes": json.dumps(self.attributes())},
                {"task_channel": self.pick(CHANNELS)},
                {"assignment_status": self.pick(["canceled", "completed", "wrapping"])},
            ]
        )
        self.do(commands.UpdateTask, sid=self.any("task").sid, **change)

    def delete_task(self) -> None:
        self.do(commands.DeleteTask, sid=self.any("task").sid)

    def update_reservation(self) -> None:
        statuses = ["accepted", "accepted", "rejected", "wrapping", "completed"]
        self.do(
            commands.UpdateReservation,
            sid=self.such("reservation", "reservation_status", LIVE),
            reservation_status=self.pick(statuses),
        )

    def instruct_reservation(self) -> None:
        self.do(
            commands.UpdateReservation,
            sid=self.such("reservation", "reservation_status", ["pending"]),
            instruction="conference",
            to="client:one",
            post_work_activity_sid=self.any("activity").sid,
        )

    def cancel_reservation(self) -> None:
        self.do(commands.CancelReservation, sid=self.any("reservation").sid)

    def create_transfer(self) -> None:
        to = self.pick([self.any("worker").sid, *self.queues])
        self.do(
            commands.CreateTransfer,
            task_sid=self.such("task", "assignment_status", ["assigned"]),
            to=to,
            mode=self.pick(["COLD", "WARM"]),
        )

    def cancel_transfer(self) -> None:
        sid = self.such("transfer", "status", ["initiated"])
        self.do(commands.CancelTransfer, sid=sid)

    def create_worker(self) -> None:
        self.hire(self.pick(["Later", f"N{self.centre.now}"]))

    def update_worker(self) -> None:
        change = self.pick(
            [
                {"attributes": self.skills()},
                {"friendly_name": self.pick(["Later", f"R{self.centre.now}"])},
            ]
        )
        self.do(commands.UpdateWorker, sid=self.any("worker").sid, **change)

    def move_worker(self) -> None:
        self.do(
            commands.UpdateWorker,
            sid=self.any("worker").sid,
            activity_sid=self.any("activity").sid,
            reject_pending_reservations=self.chance.random() < 0.3,
        )

    def delete_worker(self) -> None:
        self.do(commands.DeleteWorker, sid=self.any("worker").sid)

    def update_worker_channel(self) -> None:
        change = self.pick(
            [
                {"capacity": self.chance.randrange(3)},
                {"available": self.chance.random() < 0.7},
            ]
        )
        self.do(
            commands.UpdateWorkerChannel,
            worker_sid=self.any("worker").sid,
            sid=self.pick(CHANNELS),
            **change,
        )

    def create_task_channel(self) -> None:
        name = f"own{self.centre.now}"
        self.do(commands.CreateTaskChannel, friendly_name=name, unique_name=name)

    def update_task_channel(self) -> None:
        self.do(
            commands.UpdateTaskChannel,
            sid=self.pick(CHANNELS),
            channel_optimized_routing=self.chance.random() < 0.5,
        )

    def delete_task_channel(self) -> None:
        channels = self.centre.state.inside(self.centre.ws, "task_channel")
        custom = [one.sid for one in channels if one.unique_name[-1].isdigit()]
        self.do(commands.DeleteTaskChannel, sid=self.pick(custom))

    def create_task_queue(self) -> None:
        self.queues.append(self.centre.queue(f"Q{self.centre.now}", self.pick(TEAMS)))

    def update_task_queue(self) -> None:
        change = self.pick(
            [
                {"target_workers": self.pick(TEAMS)},
                {"task_order": self.pick(["FIFO", "LIFO"])},
                {"max_reserved_workers": self.pick([1, 2, 3])},
            ]
        )
        self.do(commands.UpdateTaskQueue, sid=self.pick(self.queues), **change)

    def delete_task_queue(self) -> None:
        sid = self.pick(self.queues)
        self.do(commands.DeleteTaskQueue, sid=sid)
        self.queues.remove(sid)

    def create_workflow(self) -> None:
        default = self.pick([self.queues[0], ""])
        self.flows.append(self.centre.workflow(*self.filters(), default=default))

    def update_workflow(self) -> None:
        routing: dict[str, object] = {"filters": self.filters()}
        if self.chance.random() < 0.8:
            # Its timeout and skip_if mean nothing.
            routing["default_filter"] = self.target()
        self.do(
            commands.UpdateWorkflow,
            sid=self.pick(self.flows),
            configuration=json.dumps({"task_routing": routing}),
            re_evaluate_tasks=self.chance.random() < 0.5,
        )

    def delete_workflow(self) -> None:
        sid = self.pick(self.flows[1:])
        self.do(commands.DeleteWorkflow, sid=sid)
        self.flows.remove(sid)

    def create_activity(self) -> None:
        self.do(
            commands.CreateActivity,
            friendly_name=f"A{self.centre.now}",
            available=self.chance.random() < 0.5,
        )

    def update_activity(self) -> None:
        custom = [
            one.sid
            for one in self.centre.state.inside(self.centre.ws, "activity")
            if one.friendly_name.startswith("A") and one.friendly_name != "Available"
        ]
        self.do(
            commands.UpdateActivity,
            sid=self.pick(custom),
            friendly_name=f"A{self.centre.now}",
        )

    def delete_activity(self) -> None:
        self.do(commands.DeleteActivity, sid=self.any("activity").sid)

    def update_workspace(self) -> None:
        self.do(
            commands.UpdateWorkspace,
            multi_task_enabled=self.chance.random() < 0.7,
            prioritize_queue_order=self.pick(["FIFO", "LIFO"]),
        )

    def create_workspace(self) -> None:
        self.centre.do(
            commands.CreateWorkspace(
                account_sid=ACCOUNT,
                friendly_name="Other",
                template="FIFO",
                multi_task_enabled=self.chance.random() < 0.5,
            )
        )

    def delete_workspace(self) -> None:
        others = [sid for sid in self.centre.state.workspaces if sid != self.centre.ws]
        self.centre.do(commands.DeleteWorkspace(workspace_sid=self.pick(others)))


OFTEN: dict[Callable[[Day], None], int] = {
    Day.create_task: 12,
    Day.update_reservation: 16,
    Day.create_transfer: 6,
    Day.move_worker: 5,
    Day.update_task: 4,
    Day.update_workflow: 4,
    Day.update_worker: 3,
}
HAPPENINGS: list[Callable[[Day], None]] = [
    *OFTEN,
    Day.create_task_past_the_workflow,
    Day.delete_task,
    Day.instruct_reservation,
    Day.cancel_reservation,
    Day.cancel_transfer,
    Day.create_worker,
    Day.delete_worker,
    Day.update_worker_channel,
    Day.create_task_channel,
    Day.update_task_channel,
    Day.delete_task_channel,
    Day.create_task_queue,
    Day.update_task_queue,
    Day.delete_task_queue,
    Day.create_workflow,
    Day.delete_workflow,
    Day.create_activity,
    Day.update_activity,
    Day.delete_activity,
    Day.create_workspace,
    Day.update_workspace,
    Day.delete_workspace,
]
WEIGHTS = [OFTEN.get(one, 1) for one in HAPPENINGS]


def live(
    seed: int, steps: int = 120, day: Day | None = None
) -> Iterator[tuple[Centre, str]]:
    """The centre after each happening and after each while; and what it was."""
    day = day or Day(seed)
    for _ in range(steps):
        what = day.happen()
        if what is None:
            continue
        yield day.centre, what
        day.centre.pass_time(day.pick([0, 0, 1, 3, 20]))
        yield day.centre, "time passed"
