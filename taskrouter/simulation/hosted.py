"""The contact centre in a box, in TaskRouter's process but over HTTP like anybody else."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, parse_qsl
from zoneinfo import ZoneInfo

import httpx

from taskrouter.simulation import live, plan, scripts
from taskrouter.simulation.director import Director

LOOK_AGAIN_SECONDS = 0.01
KEPT_ALIVE_SECONDS = 2
"Less than the server keeps a connection, or a request meets its closing."


@dataclass(frozen=True, slots=True)
class Setting:
    """Where it lives, and how."""

    base_url: str
    account: tuple[str, str]
    workspace_sid: str
    seed: int
    workers: int
    speed: int
    zone: ZoneInfo
    script: str = ""
    "Begins with it."


class Host(Protocol):
    """The server whose TaskRouter the centre asks."""

    started: bool


class Hosted:
    """`moved`: time passes in jumps, and `catch_up` is called at each stop on the way."""

    def __init__(
        self,
        setting: Setting,
        clock: Callable[[], int],
        moved: bool,
        offers_told: Callable[[], Awaitable[None]],
    ) -> None:
        """`offers_told` returns when every offer made so far has been told."""
        self._setting, self._clock, self._moved = setting, clock, moved
        self._offers_told = offers_told
        self._director = Director(
            f"live {setting.seed} {clock()}", setting.workers, setting.speed
        )
        self._centre: live.Centre | None = None
        self._begun = asyncio.Event()

    async def run(self, host: Host) -> None:
        while not host.started:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        one = self._setting
        async with httpx.AsyncClient(
            base_url=one.base_url,
            auth=one.account,
            timeout=15,
            trust_env=False,
            limits=httpx.Limits(keepalive_expiry=KEPT_ALIVE_SECONDS),
        ) as client:
            centre = live.Centre(client, one.workspace_sid, self._director, self._clock)
            staff = plan.people(one.seed, one.workers)
            self._centre = centre
            await centre.begin(f"{one.base_url}{live.PATH}", staff)
            if one.script:
                self.play(one.script)
            self._begun.set()
            if self._moved:
                await asyncio.Event().wait()
            await centre.live()

    def play(self, script: str) -> int:
        """When it begins (ms). Raises CannotPlay."""
        now = self._clock()
        if not self._moved:
            scripts.judge_wait(script, now, self._setting.zone)
        begins = scripts.plan_to_play(script, self._director, now, self._setting.zone)
        if self._centre is not None:
            self._centre.wake()
        return begins

    async def present(self) -> None:
        """Returns when it has taken up its work."""
        await self._begun.wait()

    def next(self) -> int | None:
        """When it wants to act next, ms."""
        return self._director.next()

    async def catch_up(self) -> None:
        """Everything planned by now, one after the other."""
        assert self._centre is not None, "nobody is present yet"
        await self._offers_told()
        while (due := self._director.next()) is not None and due <= self._clock():
            await self._centre.act_next()
            await self._offers_told()

    async def hear(self, scope: Any, receive: Any, send: Any) -> None:
        """An assignment callback: noted, answered without an instruction."""
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        form = dict(parse_qsl(body.decode()))
        flow = parse_qs(scope["query_string"].decode()).get("workflow", [""])[0]
        if self._centre is not None and "ReservationSid" in form:
            channel = {"Inbound": "voice", "Email": "email"}.get(flow, "chat")
            self._centre.offered(form, channel)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})
