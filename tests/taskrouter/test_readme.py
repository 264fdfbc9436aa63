"""The README's chapter "A local TaskRouter for your tests", as somebody would follow it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.box import ROOT
from tests.machine import answers, end, free_port, wait_until

README = (ROOT / "README.md").read_text()
CHAPTER = README.partition("## A local TaskRouter for your tests\n")[2].partition(
    "\n## "
)[0]
SHELL, PYTHON, NODE, FIXTURE = re.findall(r"```\w+\n(.*?)```", CHAPTER, re.DOTALL)[:4]
USE = """
from conftest import pass_time


def test_a_task_that_nobody_takes_is_canceled(client):
    floor = client.taskrouter.v1.workspaces.create("Floor", template="FIFO")
    workspace = client.taskrouter.v1.workspaces(floor.sid)
    task = workspace.tasks.create(timeout=3600)
    pass_time(client, 3600)
    assert workspace.tasks(task.sid).fetch().assignment_status == "canceled"
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """Of a TaskRouter started as the chapter says, on a port that is free."""
    free = free_port()
    command = SHELL.partition("make setup\n")[2].partition("#")[0]
    environment = {
        **os.environ,
        "TASKROUTER_PORT": str(free),
        "TMPDIR": str(tmp_path_factory.mktemp("var")),
    }
    server = subprocess.Popen(
        ["sh", "-c", f"exec env {command}"], env=environment, cwd=ROOT
    )
    wait_until(lambda: answers(free), 30, "the TaskRouter answers")
    yield free
    end(server, 15, 10)


def run(command: list[str], folder: Path, **more: str) -> str:
    """What it prints; with no way to the project's code."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **more},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("snippet", [PYTHON, NODE, FIXTURE], ids=["py", "js", "pytest"])
def test_a_snippet_has_less_than_20_lines_of_code(snippet) -> None:
    assert len([line for line in snippet.splitlines() if line]) < 20


def test_the_python_snippet_gets_a_task_to_a_worker(port, tmp_path) -> None:
    code = PYTHON.replace(":8001", f":{port}")
    code += "print(workspace.tasks(task.sid).fetch().assignment_status)\n"
    told = run([sys.executable, "-I", "-W", "ignore", "-c", code], tmp_path)
    assert told == "assigned\n"


def test_the_node_snippet_gets_a_task_to_a_worker(port, tmp_path) -> None:
    code = NODE.replace(":8001", f":{port}")
    code += "console.log((await workspace.tasks(task.sid).fetch()).assignmentStatus);\n"
    (tmp_path / "floor.mjs").write_text(code)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    told = run([sys.executable, str(ROOT / "config/node.py"), "floor.mjs"], tmp_path)
    assert told == "assigned\n"


def test_the_fixture_serves_tests_that_let_time_pass(tmp_path) -> None:
    fixture = FIXTURE.replace("/path/to/signalbox", str(ROOT))
    (tmp_path / "conftest.py").write_text(fixture)
    (tmp_path / "test_floor.py").write_text(USE)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    # Of the project whose tests they are.
    theirs = {"DATABASE_URL": "mysql://shop", "ALLOWED_HOSTS": "shop.example"}
    told = run([sys.executable, "-m", "pytest", "-q"], tmp_path, **theirs)
    assert "1 passed" in told
