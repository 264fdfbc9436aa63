"""The built-in TaskRouter as a process: owner, API, callbacks, and on request the centre."""

import asyncio
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application

from clock import now_ms
from taskrouter import access, pruning, serving
from taskrouter.access import CannotServe
from taskrouter.api import bodies
from taskrouter.api.limits import Limits
from taskrouter.callbacks import Callbacks, Identity
from taskrouter.moved import Called, MovedClock
from taskrouter.owner import Owner
from taskrouter.simulation import filling, live, past, scripts
from taskrouter.simulation.hosted import Hosted, Setting

HOST = "127.0.0.1"
KEPT = "taskrouter.json"
GRACE_SECONDS = 2
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Options:
    port: int
    "0: any that is free."
    simulate: bool
    follow_pipe: int | None
    ready_fd: int | None
    moved_clock: bool = False
    "Time stands still until a test moves it."


@dataclass(frozen=True, slots=True)
class Kept:
    """What the next start must know again."""

    account_sid: str
    auth_token: str
    workspace_sid: str = ""


def kept(path: Path) -> Kept:
    """From the file, but a token that is set counts; what is neither is made up.

    Raises CannotServe: an account stays whose it is.
    """
    sid, token = settings.TASKROUTER_ACCOUNT_SID, settings.TASKROUTER_AUTH_TOKEN
    if not path.exists():
        made_up = f"AC{secrets.token_hex(16)}"
        return Kept(sid or made_up, token or secrets.token_hex(16))
    found = read(path)
    if sid not in ("", found.account_sid):
        raise CannotServe(
            f"TASKROUTER_ACCOUNT_SID={sid}: {path.parent} belongs to the account"
            f" {found.account_sid}; unset it, or set SIGNALBOX_VAR to another folder."
        )
    return replace(found, auth_token=token or found.auth_token)


def read(path: Path) -> Kept:
    try:
        found = Kept(**json.loads(path.read_text()))
    except (ValueError, TypeError):
        raise CannotServe(
            f"{path} is damaged; put a copy of it back, or move it away: then"
            " TASKROUTER_ACCOUNT_SID and TASKROUTER_AUTH_TOKEN count, or new ones are"
            " made."
        ) from None
    return found


def keep(path: Path, what: Kept) -> None:
    """Raises CannotServe."""
    draft = path.with_suffix(".draft")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(asdict(what), file)
        draft.replace(path)
    except OSError as error:
        raise CannotServe(
            f"{path}: cannot be written ({error.strerror}); make room there, or set"
            " SIGNALBOX_VAR to a folder this user may write to."
        ) from None


def listen(port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
    except OSError as error:
        door.close()
        raise CannotServe(
            f"TASKROUTER_PORT={port}: {error.strerror}; stop what uses it,"
            " or set TASKROUTER_PORT."
        ) from None
    return door


async def serve(options: Options, say: Callable[[str], None]) -> None:
    """Until told to stop. Raises CannotServe, lock.AlreadyOwned."""
    follow(options.follow_pipe)
    door = listen(options.port)
    options = replace(options, port=door.getsockname()[1])
    zone = ZoneInfo(settings.SIMULATION_ZONE)
    clock = judged_clock(options, zone)
    owner = Owner(clock or now_ms)
    path = settings.VAR / KEPT
    mine = kept(path)
    identity = Identity(mine.account_sid, mine.auth_token)
    allowed = access.networks("TASKROUTER_CALLBACK_ALLOW")
    callbacks = Callbacks(
        owner, identity, allowed, settings.TASKROUTER_CALLBACKS_AT_ONCE
    )
    await owner.start()
    if clock is not None:
        clock.go_on(owner)
    mine = await first_start(owner, mine, options.simulate, (clock or now_ms)())
    if not path.exists() or read(path) != mine:
        keep(path, mine)
    await callbacks.start()
    centre = None
    if options.simulate:
        centre = Hosted(
            setting(mine, options.port, zone),
            clock or now_ms,
            clock is not None,
            callbacks.offers_told,
        )
    service = serving.Service(
        owner,
        identity,
        allowed,
        access.networks("TASKROUTER_PROXIES"),
        access.api_keys(),
        Limits(access.rates()),
        clock=clock,
        centre=centre,
    )
    await filling.hide(service.history)
    serving.begin(service)
    if clock is not None:
        clock.company = centre or Called(callbacks.offers_told)
    pruning_task = asyncio.create_task(pruning.keep_pruning(owner), name="pruning")
    server = Server(get_application(centre), lambda: ready(options, mine, say))
    filling_task = asyncio.create_task(fill(server, service, say), name="filling")
    try:
        await run_together(server, door, centre, owner)
    finally:
        pruning_task.cancel()
        filling_task.cancel()
        await asyncio.gather(filling_task, return_exceptions=True)
        await callbacks.stop()
        service.history.close()
        await owner.stop()


async def fill(
    server: "Server", service: serving.Service, say: Callable[[str], None]
) -> None:
    """What is printed before the server has said where it serves would be in its way."""
    while not server.started:
        await asyncio.sleep(0.1)
    await filling.fill(service.history, say)


def judged_clock(options: Options, zone: ZoneInfo) -> MovedClock | None:
    """One that tests move stands where the script to begin with begins."""
    now, script = now_ms(), settings.SIMULATION_SCRIPT if options.simulate else ""
    try:
        if not options.moved_clock:
            if script:
                scripts.judge_wait(script, now, zone)
            return None
        return MovedClock(scripts.named(script).begins(now, zone) if script else now)
    except scripts.CannotPlay as why:
        raise CannotServe(f"SIMULATION_SCRIPT={script}: {why}") from None


def setting(mine: Kept, port: int, zone: ZoneInfo) -> Setting:
    return Setting(
        f"http://{HOST}:{port}",
        (mine.account_sid, mine.auth_token),
        mine.workspace_sid,
        settings.SIMULATION_SEED,
        settings.SIMULATION_WORKERS,
        settings.SIMULATION_SPEED,
        zone,
        settings.SIMULATION_SCRIPT,
    )


async def first_start(owner: Owner, mine: Kept, simulate: bool, now: int) -> Kept:
    """An empty database gets a contact centre with a past, if one is wanted."""
    found = await owner.read(lambda state, now: list(state.workspaces))
    if mine.workspace_sid in found or not simulate:
        return mine
    if found:
        return Kept(mine.account_sid, mine.auth_token, found[0])
    opened = await asyncio.to_thread(
        past.opened,
        mine.account_sid,
        settings.SIMULATION_SEED,
        settings.SIMULATION_WORKERS,
        min(settings.SIMULATION_PAST_DAYS, settings.TASKROUTER_HISTORY_DAYS),
        now,
    )
    left = opened.before.to_json() if opened.before else None
    await owner.import_past(opened.state, opened.events, left)
    return Kept(mine.account_sid, mine.auth_token, opened.workspace_sid)


async def run_together(
    server: "Server", door: socket.socket, centre: Hosted | None, owner: Owner
) -> None:
    serving_task = asyncio.create_task(server.serve(sockets=[door]))
    others = [owner.ended()]
    if centre is not None:
        others.append(asyncio.create_task(centre.run(server)))
    await asyncio.wait([serving_task, *others], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving_task
    for task in others:
        if task.done() and not task.cancelled():
            task.result()
        elif centre is not None and task is not others[0]:
            task.cancel()


def ready(options: Options, mine: Kept, say: Callable[[str], None]) -> None:
    base_url = f"http://{HOST}:{options.port}"
    if options.ready_fd is not None:
        line = json.dumps({"base_url": base_url, **asdict(mine), "pid": os.getpid()})
        os.write(options.ready_fd, f"{line}\n".encode())
        # Whoever started us reads one line; what is printed later must not fill the pipe.
        os.dup2(sys.stderr.fileno(), options.ready_fd)
    else:
        say(
            f"TaskRouter serves at {base_url}, account {mine.account_sid};"
            f" its token is in {settings.VAR / KEPT}."
        )


def follow(pipe: int | None) -> None:
    """Leaves when the other end of the pipe is closed, however that came about."""
    loop = asyncio.get_running_loop()

    def leave(pipe: int) -> None:
        loop.remove_reader(pipe)
        signal.raise_signal(signal.SIGTERM)

    if pipe is not None:
        loop.add_reader(pipe, leave, pipe)


class Server(uvicorn.Server):
    def __init__(self, application: Any, announce: Callable[[], None]) -> None:
        self._announce = announce
        super().__init__(
            uvicorn.Config(
                application,
                lifespan="off",
                # Nobody here speaks with a websocket: what asks for one is answered plainly.
                ws="none",
                log_level="warning",
                access_log=False,
                # What proxies say is judged by the API itself.
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        quiet_signals()
        await super().serve(sockets)


def get_application(centre: Hosted | None) -> Any:
    """The API; with a centre, also the address its offers are sent to."""
    api = bodies.bounded(get_asgi_application())
    if centre is None:
        return api

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == live.PATH:
            await centre.hear(scope, receive, send)
        else:
            await api(scope, receive, send)

    return application


def end_at_signals() -> None:
    """At once, until we serve: nothing has been answered that could be lost."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def quiet_signals() -> None:
    """uvicorn takes them while it serves and raises them again after it has stopped; that
    must not kill us while the owner saves."""
    for number in SIGNALS:
        signal.signal(number, lambda *_: None)
