"""A clock that tests move, and the README's chapter as somebody would follow it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.box import ROOT
from tests.machine import answers, end, wait_until
from tests.taskrouter.conftest import TaskRouter


@pytest.fixture
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


def test_the_readmes_snippet_gets_a_task_accepted(moved) -> None:
    chapter = (ROOT / "README.md").read_text().partition("A local TaskRouter")[2]
    snippet = re.search(r"```python\n(from twilio.*?)```", chapter, re.DOTALL)
    assert snippet is not None
    account, token = moved.credentials
    code = (
        snippet[1]
        .replace("http://127.0.0.1:8001", moved.url)
        .replace("AC00000000000000000000000000000000", account)
        .replace('"secret"', repr(token))
    )
    assert len(code.strip().splitlines()) < 20
    code += "\nprint(workspace.tasks(task.sid).fetch().assignment_status)\n"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == "assigned", done.stderr
