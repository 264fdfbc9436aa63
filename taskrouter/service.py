"""The built-in TaskRouter as a process: owner, API, callbacks, and on request the centre."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.asgi import get_asgi_application

from clock import now_ms
from taskrouter import access, account, moved, pruning, server, serving
from taskrouter.access import CannotServe
from taskrouter.account import Kept
from taskrouter.api import bodies
from taskrouter.api.limits import Limits
from taskrouter.callbacks import Callbacks, Identity
from taskrouter.moved import Called, MovedClock
from taskrouter.owner import Owner
from taskrouter.simulation import filling, live, past, scripts
from taskrouter.simulation.hosted import Hosted, Setting


@dataclass(frozen=True, slots=True)
class Options:
    port: int
    "0: any that is free."
    simulate: bool
    follow_pipe: int | None
    ready_fd: int | None
    moved_clock: bool = False
    "Time stands still until a test moves it."


async def serve(options: Options, say: Callable[[str], None]) -> None:
    """Until told to stop. Raises CannotServe, lock.AlreadyOwned, store.Damaged."""
    follow(options.follow_pipe)
    door = server.listen(options.port)
    options = replace(options, port=door.getsockname()[1])
    zone = ZoneInfo(settings.SIMULATION_ZONE)
    clock = judged_clock(options, zone)
    mine = account.known(settings.VAR / account.KEPT)
    owner = Owner(clock or now_ms)
    callbacks = called_from(owner, mine)
    await owner.start()
    if clock is not None:
        clock.go_on(owner)
    mine = await first_start(owner, mine, options.simulate, (clock or now_ms)())
    account.keep(settings.VAR / account.KEPT, mine)
    await callbacks.start()
    centre = centre_in(options, mine, zone, clock, callbacks)
    if clock is not None:
        clock.company = centre or Called(callbacks.offers_told)
    service = service_of(owner, mine, clock, centre)
    await filling.hide(service.history)
    serving.begin(service)
    web = server.Server(get_application(centre), lambda: ready(options, mine, say))
    try:
        await run_together(web, door, service, say)
    finally:
        await callbacks.stop()
        service.history.close()
        await owner.stop()


def called_from(owner: Owner, mine: Kept) -> Callbacks:
    return Callbacks(
        owner,
        identity_of(mine),
        access.networks("TASKROUTER_CALLBACK_ALLOW"),
        settings.TASKROUTER_CALLBACKS_AT_ONCE,
    )


def identity_of(mine: Kept) -> Identity:
    return Identity(mine.account_sid, mine.auth_token)


def centre_in(
    options: Options,
    mine: Kept,
    zone: ZoneInfo,
    clock: MovedClock | None,
    callbacks: Callbacks,
) -> Hosted | None:
    """The contact centre in a box, if one is wanted."""
    if not options.simulate:
        return None
    return Hosted(
        setting(mine, options.port, zone),
        clock or now_ms,
        clock is not None,
        callbacks.offers_told,
    )


def service_of(
    owner: Owner, mine: Kept, clock: MovedClock | None, centre: Hosted | None
) -> serving.Service:
    return serving.Service(
        owner,
        identity_of(mine),
        access.networks("TASKROUTER_CALLBACK_ALLOW"),
        access.networks("TASKROUTER_PROXIES"),
        access.api_keys(),
        Limits(access.rates()),
        clock=clock,
        centre=centre,
    )


async def fill(
    web: server.Server, service: serving.Service, say: Callable[[str], None]
) -> None:
    """What is printed before the server has said where it serves would be in its way."""
    while not web.started:
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
        begins = scripts.named(script).begins(now, zone) if script else now
        return MovedClock(begins, settings.VAR / moved.KEPT)
    except scripts.CannotPlay as why:
        raise CannotServe(f"SIMULATION_SCRIPT={script}: {why}") from None


def setting(mine: Kept, port: int, zone: ZoneInfo) -> Setting:
    return Setting(
        f"http://{server.HOST}:{port}",
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
    web: server.Server,
    door: socket.socket,
    service: serving.Service,
    say: Callable[[str], None],
) -> None:
    """Until the server, the owner or the centre ends; then all of them."""
    beside = [
        asyncio.create_task(pruning.keep_pruning(service.owner), name="pruning"),
        asyncio.create_task(fill(web, service, say), name="filling"),
    ]
    answering = asyncio.create_task(web.serve(sockets=[door]))
    needed = [service.owner.ended()]
    if service.centre is not None:
        living = asyncio.create_task(service.centre.run(web))
        beside.append(living)
        needed.append(living)
    try:
        await asyncio.wait([answering, *needed], return_when=asyncio.FIRST_COMPLETED)
        web.should_exit = True
        await answering
        for task in needed:
            if task.done():
                task.result()
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


def ready(options: Options, mine: Kept, say: Callable[[str], None]) -> None:
    base_url = f"http://{server.HOST}:{options.port}"
    if options.ready_fd is not None:
        line = json.dumps({"base_url": base_url, **asdict(mine), "pid": os.getpid()})
        os.write(options.ready_fd, f"{line}\n".encode())
        # Whoever started us reads one line; what is printed later must not fill the pipe.
        os.dup2(sys.stderr.fileno(), options.ready_fd)
    else:
        say(
            f"TaskRouter serves at {base_url}, account {mine.account_sid};"
            f" its token is in {settings.VAR / account.KEPT}."
        )


def follow(pipe: int | None) -> None:
    """Leaves when the other end of the pipe is closed, however that came about."""
    loop = asyncio.get_running_loop()

    def leave(pipe: int) -> None:
        loop.remove_reader(pipe)
        signal.raise_signal(signal.SIGTERM)

    if pipe is not None:
        loop.add_reader(pipe, leave, pipe)


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
