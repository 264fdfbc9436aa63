"""The built-in TaskRouter as a process of its own, without a simulation."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from twilio.rest import Client

from tests.box import ROOT
from tests.machine import answers, end, free_port, wait_until
from tests.taskrouter.listener import Listener


@dataclass
class TaskRouter:
    var: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="tr-")))
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def credentials(self) -> tuple[str, str]:
        kept = json.loads((self.var / "taskrouter.json").read_text())
        return kept["account_sid"], kept["auth_token"]

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "SIGNALBOX_VAR": str(self.var),
            "TASKROUTER_PORT": str(self.port),
            "TASKROUTER_CALLBACK_ALLOW": "127.0.0.1/32",
            **self.settings,
        }

    def start(self) -> "TaskRouter":
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "taskrouter", *self.options],
            env=self.environment,
            cwd=ROOT,
        )
        wait_until(lambda: answers(self.port), 30, "the TaskRouter answers")
        return self

    def stop(self) -> int:
        assert self.process is not None
        return end(self.process, 15, 10)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def sdk(self) -> Client:
        client = Client(*self.credentials)
        client.taskrouter.base_url = self.url
        return client

    def http(self) -> httpx.Client:
        return httpx.Client(
            base_url=f"{self.url}/v1", auth=self.credentials, timeout=30
        )


def patiently(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Asks again while there are too many requests of the kind."""
    while (answer := ask()).status_code == 429:
        time.sleep(1 / 3)
    return answer


def change_rows(server: TaskRouter, statement: str) -> None:
    """In its database, while it does not run."""
    with sqlite3.connect(server.var / "taskrouter.sqlite3") as database:
        database.execute(statement)
    database.close()


@pytest.fixture(scope="session")
def taskrouter() -> Iterator[TaskRouter]:
    server = TaskRouter().start()
    yield server
    server.stop()


@pytest.fixture
def http(taskrouter: TaskRouter) -> Iterator[httpx.Client]:
    with taskrouter.http() as client:
        yield client


@pytest.fixture
def ws(http: httpx.Client) -> Iterator[str]:
    """A new workspace's address below /v1; with the test goes all that is in it."""
    made = http.post("/Workspaces", data={"FriendlyName": "Floor", "Template": "FIFO"})
    path = f"/Workspaces/{made.raise_for_status().json()['sid']}"
    yield path
    http.delete(path)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        yield server
