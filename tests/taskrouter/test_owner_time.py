"""The owner lets time pass: one thing that cannot be dealt with stops nothing else."""

import msgspec
import pytest
from django.db import connections
from structlog.testing import capture_logs

from taskrouter.engine.commands import CreateTask, CreateWorkspace
from taskrouter.models import DATABASE
from taskrouter.owner import Owner
from tests.builders import ACCOUNT, START, Centre
from tests.taskrouter.simulated_owner import REFUSAL


def test_what_fails_when_it_is_due_ends_neither_the_owner_nor_others() -> None:
    centre = Centre()
    workflow = centre.workflow(default=centre.queue())
    bad = centre.task(workflow, timeout=60, task_channel="voice")
    good = centre.task(workflow, timeout=60, task_channel="chat")
    owner = Owner(lambda: centre.now, seed=1)
    owner._state = centre.state
    lost = {"transfer_sid": "TT" + "0" * 32}
    centre.state.put(msgspec.structs.replace(bad, **lost))
    later = centre.now + 60_000

    assert owner._let_time_pass(later) == []
    [decision] = owner._let_time_pass(later)

    assert [event.type for event in decision.events] == ["task.canceled"]
    assert centre.now_of(good).assignment_status == "canceled"
    assert centre.now_of(bad).assignment_status == "pending"


def test_a_clock_that_is_set_back_is_told_of_once_and_time_stands_still() -> None:
    owner = Owner(iter([5_000_000, 1_400_000, 1_500_000, 5_000_001]).__next__)
    with capture_logs() as told:
        assert [owner._now() for _ in range(4)] == [5_000_000] * 3 + [5_000_001]
    assert [(one["event"], one["seconds"]) for one in told] == [
        ("clock.set_back", 3600)
    ]


@pytest.mark.django_db(databases=["default", "taskrouter"], transaction=True)
async def test_what_is_due_and_cannot_be_saved_is_not_tried_without_rest() -> None:
    times = [START]
    owner = Owner(lambda: times[0], seed=1)
    await owner.start()
    create = CreateWorkspace(account_sid=ACCOUNT, friendly_name="F", template="FIFO")
    made = await owner.do(create)
    await owner.do(CreateTask(workspace_sid=made.sid, timeout=60))
    await owner._in_thread(execute, REFUSAL)
    times[0] += 60_000
    with capture_logs() as told:
        for _ in range(20):
            await owner.read(lambda state, now: None)
    await owner._in_thread(execute, "DROP TRIGGER refuse_events")
    await owner.stop()
    assert [one["event"] for one in told] == ["owner.not_saved"]


def execute(statement: str) -> None:
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(statement)
