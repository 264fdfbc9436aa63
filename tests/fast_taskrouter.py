"""The built-in TaskRouter with a clock that only a test moves: `POST /clock?ms=…`.
`POST /prune` deletes what is older than history goes.

Everything else is the product: owner, rows, REST API. What falls due on the way happens
at its own time.
"""

import asyncio
import os
import sys
from urllib.parse import parse_qs

ACCOUNT = ("AC" + "5" * 32, "fast")


class Clock:
    def __init__(self, ms: int) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms


async def main(port: int, start: int) -> None:
    import django

    django.setup()
    import uvicorn
    from django.core.asgi import get_asgi_application
    from django.core.management import call_command

    from taskrouter import pruning, serving
    from taskrouter.api.limits import Limits, Rates
    from taskrouter.callbacks import Identity
    from taskrouter.engine.lifecycle import next_due
    from taskrouter.owner import Owner

    await asyncio.to_thread(call_command, "migrate", database="taskrouter", verbosity=0)
    clock = Clock(start)
    owner = Owner(clock, seed=1)
    await owner.start()
    # Whoever has a clock of his own asks more in a second than anybody else.
    limits = Limits(Rates(expressions=1000, bulk=1000))
    serving.begin(serving.Service(owner, Identity(*ACCOUNT), [], limits=limits))
    api = get_asgi_application()

    async def move(to: int) -> None:
        while True:
            due = await owner.read(lambda state, _now: next_due(state))
            if due is None or due > to:
                break
            clock.ms = max(due, clock.ms)
            await settled(due)
        clock.ms = to

    async def settled(due: int) -> None:
        """Until what was due then has happened; a group of asks is a turn."""
        for _ in range(1000):
            following = await owner.read(lambda state, _now: next_due(state))
            if following is None or following > due:
                return
            owner._woken.set()
            await asyncio.sleep(0.001)
        raise AssertionError("what is due does not happen")

    async def app(scope, receive, send) -> None:
        if scope["path"] == "/prune":
            while await pruning.prune(owner):
                pass
        elif scope["path"] == "/clock":
            await move(int(parse_qs(scope["query_string"].decode())["ms"][0]))
        else:
            await api(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="warning", lifespan="off"
    )
    try:
        await uvicorn.Server(config).serve()
    finally:
        await owner.stop()


if __name__ == "__main__":
    os.environ["SIGNALBOX_SERVE"] = "taskrouter"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
