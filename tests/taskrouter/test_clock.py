"""A clock that tests move."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.box import ROOT
from tests.machine import answers, end, wait_until
from tests.taskrouter.conftest import TaskRouter


@pytest.fixture(scope="module")
def moved() -> Iterator[TaskRouter]:
    server = TaskRouter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "taskrouter", "--clock=tests"],
        env=server.environment,
        cwd=ROOT,
    )
    wait_until(lambda: answers(server.port), 30, "the TaskRouter answers")
    yield server
    end(process, 15, 10)


def pass_time(server: TaskRouter, seconds: object) -> dict:
    with server.http() as http:
        url = f"{server.url}/signalbox/v1/Clock"
        answer = http.post(url, data={"Seconds": str(seconds)})
    body: dict = answer.json()
    return body


def test_hours_pass_in_no_time_and_each_thing_at_its_own(moved) -> None:
    sdk = moved.sdk().taskrouter.v1
    made = sdk.workspaces.create(friendly_name="Floor", template="FIFO")
    workspace = sdk.workspaces(made.sid)
    task = workspace.tasks.create(timeout=3600)
    before = pass_time(moved, 0)["ms"]
    assert pass_time(moved, 7200)["ms"] == before + 7_200_000
    [canceled] = workspace.events.list(event_type="task.canceled", minutes=180)
    assert canceled.resource_sid == task.sid
    assert canceled.event_date_ms == before + 3_600_000


@pytest.mark.parametrize("seconds", ["-1", "soon", "", "9" * 17])
def test_a_move_that_makes_no_sense_is_refused_in_words(moved, seconds) -> None:
    assert "Seconds" in pass_time(moved, seconds)["message"]


def test_the_machines_clock_is_not_moved(taskrouter) -> None:
    assert "--clock=tests" in pass_time(taskrouter, 5)["message"]
