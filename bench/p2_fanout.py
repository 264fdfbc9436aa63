"""P2: frames of 1.5 kB to 500 and 1,000 sockets, against a bare ASGI app.

Both apps run in one server process and are asked in turn. A round is the time from the
change (ours: the row committed; bare: the same text at hand) until the last socket has it,
with compression as browsers negotiate it. The client runs in this process.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

SOCKETS = (500, 1000)
ROUNDS = 15
AT_ONCE = 50
ROW_BYTES = 1_300
PAUSE_SECONDS = 0.4
"More than the hub's pace, so that each frame is the first after quiet."
GOAL = 0.8


def main() -> None:
    from tests.machine import answers, end, free_port, wait_until

    port = free_port()
    var = tempfile.mkdtemp(prefix="signalbox-bench-")
    environment = {**os.environ, "SIGNALBOX_VAR": var}
    command = [sys.executable, "-m", "bench.p2_fanout", "serve", str(port)]
    server = subprocess.Popen(command, env=environment)
    try:
        wait_until(lambda: answers(port), 30, "the bench server answers")
        for sockets in SOCKETS:
            asyncio.run(measure(port, sockets))
    finally:
        end(server, 15, 10)
    print("    excluded: rows folded from events (P1), painting in the browser (P3)")


async def measure(port: int, sockets: int) -> None:
    ours = await Crowd(port, "live", sockets).gather()
    bare = await Crowd(port, "bare", sockets).gather()
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(await ours.round())
        theirs.append(await bare.round())
    ratios = sorted(b / a for a, b in zip(mine, theirs, strict=True))
    print(
        f"P2  {sockets} sockets: ours {1000 * statistics.median(mine):.0f} ms, bare"
        f" {1000 * statistics.median(theirs):.0f} ms a frame, ratio"
        f" {statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f}) goal {GOAL}"
    )
    await ours.leave()
    await bare.leave()


class Crowd:
    """Many sockets of one app."""

    def __init__(self, port: int, app: str, many: int) -> None:
        self.port, self.app, self.many = port, app, many
        self.sockets: list[Any] = []
        self.missing = 0
        self.all_have_it = asyncio.Event()

    async def gather(self) -> "Crowd":
        for _ in range(0, self.many, AT_ONCE):
            self.sockets += await asyncio.gather(
                *(self.enter() for _ in range(AT_ONCE))
            )
        self.tasks = [asyncio.create_task(self.follow(one)) for one in self.sockets]
        return self

    async def enter(self) -> Any:
        from websockets.asyncio.client import connect

        socket = await connect(
            f"ws://127.0.0.1:{self.port}/{self.app}/",
            origin=f"http://127.0.0.1:{self.port}",  # type: ignore[arg-type]
            compression="deflate",
            ping_interval=None,
        )
        await socket.send(json.dumps(HELLO))
        await socket.recv()  # the snapshot
        return socket

    async def follow(self, socket: Any) -> None:
        async for text in socket:
            if '"type": "frame"' in text:
                self.missing -= 1
                if self.missing == 0:
                    self.all_have_it.set()

    async def round(self) -> float:
        await asyncio.sleep(PAUSE_SECONDS)
        self.missing = self.many
        self.all_have_it.clear()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"POST /ring-{self.app} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await asyncio.wait_for(self.all_have_it.wait(), 30)
        ended = time.monotonic()
        began = float((await reader.read()).rpartition(b"\r\n")[2])
        writer.close()
        return ended - began

    async def leave(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.gather(*(one.close() for one in self.sockets))


WORKSPACE = "WS" + "1" * 32
HELLO = {"type": "hello", "workspace": WORKSPACE, "board": "queues", "cursor": ""}


# The server's side


def serve(port: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    import uvicorn
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    user = User.objects.create(username="bench")
    from dashboard.consumers import LiveConsumer

    live, bare = LiveConsumer.as_asgi(), Bare()
    floor = Floor()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/live/":
            await live({**scope, "user": user}, receive, send)
        elif scope["path"] == "/bare/":
            await bare(scope, receive, send)
        elif scope["path"] == "/ring-live":
            await answer(send, await asyncio.to_thread(floor.change))
        else:
            text, began = floor.frame(), time.monotonic()
            await bare.tell(text)
            await answer(send, began)

    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        ws="websockets-sansio",
        ws_ping_interval=None,
        lifespan="off",
        log_level="warning",
    )


async def answer(send: Any, began: float) -> None:
    """With the moment the change was there to be told, by the machine's own clock."""
    body = repr(began).encode()
    headers = [(b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Floor:
    """One live row that fills a frame."""

    def __init__(self) -> None:
        from statsync.actions import accounts

        account = accounts.save_account("AC" + "1" * 32, "http://127.0.0.1:1", "token")
        item = {"sid": WORKSPACE, "friendly_name": "Bench"}
        self.workspace = accounts.save_workspace(account, item, 0)
        self.n = 0
        self.change()

    def body(self) -> dict[str, Any]:
        text = "".join(
            f"{(self.n * 7919 + at) % 997:03}" for at in range(ROW_BYTES // 3)
        )
        return {"name": "Billing", "n": self.n, "filling": text}

    def change(self) -> float:
        """Writes the row; when it was committed."""
        from django.db import transaction

        from statsync.live import table

        self.n += 1
        with transaction.atomic():
            drafts = {("queue", "WQ1"): table.Draft(self.body())}
            table.write(self.workspace, drafts, self.n)
        return time.monotonic()

    def frame(self) -> str:
        self.n += 1
        return json.dumps(
            {
                "type": "frame",
                "cursor": f"0123456789abcdef:{self.n}",
                "now": 1_700_000_000_000,
                "rows": {"queue": {"WQ1": self.body()}},
                "gone": {},
            }
        )


class Bare:
    """Accepts everybody and sends what it is told to; no more."""

    def __init__(self) -> None:
        self.sends: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        await send({"type": "websocket.send", "text": "{}"})
        self.sends.append(send)
        await receive()
        self.sends.remove(send)

    async def tell(self, text: str) -> None:
        message = {"type": "websocket.send", "text": text}
        await asyncio.gather(*(send(message) for send in self.sends))


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]))
    else:
        main()
