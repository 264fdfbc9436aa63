"""Load on a running TaskRouter: tasks created and workers moved, over HTTP only."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.box import Box

PAUSE_SECONDS = 0.02
WORKERS_MOVED = 20


class Load(threading.Thread):
    """Goes on until told to stop. What fails while a process is down is tried anew."""

    def __init__(self, box: Box, seed: int) -> None:
        super().__init__(name="load", daemon=True)
        self._stopping = threading.Event()
        self._random = random.Random(seed)
        at = box.taskrouter
        self._client = httpx.Client(
            base_url=f"{at['base_url']}/v1/Workspaces/{at['workspace_sid']}",
            auth=(at["account_sid"], at["auth_token"]),
            timeout=10,
        )
        self.answered: list[str] = []
        "Sids of the tasks whose creation was answered."

    def run(self) -> None:
        while not self._stopping.wait(PAUSE_SECONDS):
            try:
                self.act()
            except httpx.TransportError:
                time.sleep(0.2)  # it is down; that is what the test is about

    def act(self) -> None:
        if self._random.random() < 0.2:
            return self.move_a_worker()
        created = self._client.post("/Tasks", data=self.task())
        if created.status_code == 201:
            self.answered.append(created.json()["sid"])

    def task(self) -> dict[str, str]:
        return {
            "WorkflowSid": self._random.choice(self.sids("Workflows", "workflows")),
            "Attributes": '{"direction": "inbound", "type": "billing"}',
            "Priority": str(self._random.randrange(10)),
        }

    def move_a_worker(self) -> None:
        worker = self._random.choice(self.sids("Workers", "workers")[:WORKERS_MOVED])
        activity = self._random.choice(self.sids("Activities", "activities"))
        self._client.post(f"/Workers/{worker}", data={"ActivitySid": activity})

    def sids(self, path: str, key: str) -> list[str]:
        found = self._client.get(f"/{path}").raise_for_status().json()[key]
        return [item["sid"] for item in found]

    def stop(self) -> None:
        self._stopping.set()
        self.join()
        self._client.close()


@contextmanager
def load(box: Box, seed: int) -> Iterator[Load]:
    thread = Load(box, seed)
    thread.start()
    try:
        yield thread
    finally:
        thread.stop()
