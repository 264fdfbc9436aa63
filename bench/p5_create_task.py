"""P5: POST /Tasks over HTTP by eight clients, against a view that inserts one row.

Both are server processes of their own on SQLite; the clients are the same. An answer
means saved. The view is REST framework's, with a serializer and one INSERT.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 8
TASKS = int(os.environ.get("BENCH_TASKS", "400"))
FORM = {"Attributes": '{"language": "en", "kind": "order"}', "Priority": "5"}


def main() -> None:
    from bench import ratio

    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Ours(Path(folder)), Plain(Path(folder))
        try:
            ours.start()
            theirs.start()
            ours.floor()
            mine, limit = ratio.compare(ours.post, theirs.post, lambda: None)
        finally:
            ours.stop()
            theirs.stop()
    print(ratio.told("P5", mine, limit, TASKS, "tasks"), "goal 0.50")


class Server:
    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.folder = folder / type(self).__name__
        self.folder.mkdir()
        self.process: subprocess.Popen[bytes] | None = None
        self.path = "/rows"
        self.form = FORM

    @property
    def words(self) -> tuple[str, ...]:
        """What Python is called with."""
        raise NotImplementedError

    @property
    def auth(self) -> tuple[str, str]:
        return "user", "password"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {
            **os.environ,
            "SIGNALBOX_VAR": str(self.folder),
            "TASKROUTER_PORT": str(self.port),
            "TASKROUTER_RATE_OTHERS": "1000000",
        }
        self.process = subprocess.Popen(
            [sys.executable, *self.words],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        with socket.socket() as probe:
            while probe.connect_ex(("127.0.0.1", self.port)):
                if time.monotonic() > deadline:
                    raise SystemExit(f"{self.words} does not answer")
                time.sleep(0.1)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(20)

    def post(self) -> None:
        asyncio.run(self.posted())

    async def posted(self) -> None:
        async with httpx.AsyncClient(auth=self.auth, timeout=60) as client:

            async def some() -> None:
                for _ in range(TASKS // CLIENTS):
                    answer = await client.post(f"{self.url}{self.path}", data=self.form)
                    assert answer.status_code == 201, answer.text

            await asyncio.gather(*(some() for _ in range(CLIENTS)))


class Ours(Server):
    @property
    def words(self) -> tuple[str, ...]:
        return "manage.py", "taskrouter"

    @property
    def auth(self) -> tuple[str, str]:
        kept = json.loads((self.folder / "taskrouter.json").read_text())
        return kept["account_sid"], kept["auth_token"]

    def floor(self) -> None:
        """A workflow whose queue nobody serves, so that a task is made and waits."""
        with httpx.Client(base_url=f"{self.url}/v1", auth=self.auth) as client:
            form = {"FriendlyName": "Bench", "Template": "FIFO"}
            made = client.post("/Workspaces", data=form).raise_for_status().json()
        self.path = f"/v1/Workspaces/{made['sid']}/Tasks"


class Plain(Server):
    @property
    def words(self) -> tuple[str, ...]:
        return "-m", "bench.p5_plain_view", str(self.port), str(self.folder)


if __name__ == "__main__":
    main()
