"""A task in somebody's hands, and somebody else to hand it to."""

import pytest

from taskrouter.engine import commands
from taskrouter.engine.records import Task, Transfer
from taskrouter.engine.refusal import Refused
from tests.builders import Centre


class Floor:
    """Ann has a task of the first queue in hand; Bob serves the second."""

    def __init__(self, **second: object) -> None:
        self.centre = Centre()
        first = self.centre.queue("First", "team == 1")
        self.second = self.centre.queue("Second", "team == 2", **second)
        workflow = self.centre.workflow(default=first)
        self.ann = self.centre.worker("Ann", team=1)
        self.task: Task = self.centre.task(workflow, priority=1)
        self.centre.answer(self.task)
        self.bob = self.centre.worker("Bob", team=2)
        self.centre.pass_time(60)
        self.seen = len(self.centre.events)

    def transfer(self, to: str, mode: str = "WARM", **more: object) -> Transfer:
        made: Transfer = self.centre.do(
            commands.CreateTransfer(
                workspace_sid=self.centre.ws,
                task_sid=self.task.sid,
                to=to,
                mode=mode,
                **more,  # type: ignore[arg-type]
            )
        )
        return made

    def refusal(self, to: str, **more: object) -> str:
        with pytest.raises(Refused) as caught:
            self.transfer(to, **more)  # type: ignore[arg-type]
        assert caught.value.status == 400
        return caught.value.message

    def answer(self, name: str, status: str) -> None:
        [one] = [
            one
            for one in self.centre.offers(self.task)
            if self.centre.state.workers[one.worker_sid].friendly_name == name
            and one.reservation_status in ("pending", "accepted", "wrapping")
        ]
        self.centre.do(
            commands.UpdateReservation(
                workspace_sid=self.centre.ws, sid=one.sid, reservation_status=status
            )
        )

    @property
    def status(self) -> str:
        return str(self.centre.now_of(self.task).assignment_status)

    def told(self) -> list[str]:
        return self.centre.types()[self.seen :]
