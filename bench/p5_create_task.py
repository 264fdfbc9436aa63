"""P5: POST /Tasks over HTTP by eight clients, against a view that inserts one row.

Both are server processes of their own on SQLite; the clients are the same, and bare, so
that it is the servers that are measured. An answer means saved: ours as SQLite's FULL
has it, the view's as NORMAL. The view is REST framework's, with a serializer and one
INSERT; ours routes the task and tells four events of it.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlencode

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
        async with asyncio.TaskGroup() as group:
            for _ in range(CLIENTS):
                group.create_task(self.some(TASKS // CLIENTS))

    async def some(self, count: int) -> None:
        """One after the other, on a connection that stays open."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        request = self.request()
        for _ in range(count):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 201 " not in head.partition(b"\r\n")[0]:
                raise SystemExit(f"refused: {head.decode()}")
            await rest(reader, head.lower())
        writer.close()

    def request(self) -> bytes:
        body = urlencode(self.form)
        head = (
            f"POST {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Authorization: Basic {b64encode(':'.join(self.auth).encode()).decode()}",
            "Accept: application/json",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        )
        return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


async def rest(reader: asyncio.StreamReader, head: bytes) -> None:
    _, named, length = head.partition(b"content-length:")
    if named:
        await reader.readexactly(int(length.partition(b"\r\n")[0]))
    else:
        await reader.readuntil(b"\r\n0\r\n\r\n")


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
