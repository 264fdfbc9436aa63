"""`manage.py up`: the whole of Signalbox on one machine, with a living contact centre."""

import asyncio
import fcntl
import functools
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

import structlog
import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections

from clock import now_ms
from config.celery import app as celery_app
from config.embedded import run_file
from config.embedded.job_runner import JobRunner
from config.embedded.neighbour import DidNotStart, Neighbour
from config.embedded.run_file import RUN_FILE, TaskRouterAt

log = structlog.get_logger()

# One busy thread beside the server otherwise adds tens of milliseconds to everything.
SWITCH_INTERVAL_SECONDS = 0.0005
GRACE_SECONDS = 2
REACH_SECONDS = 3


class CannotStart(Exception):
    """Why the embedded set does not start, and what to do, in a sentence."""


def run(say: Callable[[str], None]) -> None:
    """Serves until SIGINT or SIGTERM. Raises CannotStart."""
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    leave_at_once_until_it_serves()
    check_what_is_served()
    check_ports()
    check_servers()
    with alone_in(settings.VAR), listen(settings.PORT) as door:
        RUN_FILE.unlink(missing_ok=True)  # left by one that was killed
        call_command("migrate", verbosity=0)
        say("Starting the built-in TaskRouter …")
        with neighbour(say) as at:
            serve(door, at, say)
    say("Stopped. `make run` continues where it stopped.")


@contextmanager
def neighbour(say: Callable[[str], None]) -> Iterator[TaskRouterAt]:
    process = Neighbour(on_restart=functools.partial(update_run_file, say))
    try:
        at = process.start()
    except DidNotStart:
        raise CannotStart("The built-in TaskRouter did not start.") from None
    try:
        yield at
    finally:
        process.stop()


def serve(door: socket.socket, at: TaskRouterAt, say: Callable[[str], None]) -> None:
    from dashboard.signin import make_link
    from statsync.secret import WrongKey

    try:
        warning = connect(at)
    except WrongKey as error:
        raise CannotStart(str(error)) from None
    if warning:
        say(warning)
    sign_in_url = make_link(now_ms(), settings.PUBLIC_URL)
    close_old_connections()

    def announce() -> None:
        run_file.write(
            RUN_FILE,
            {
                "url": settings.PUBLIC_URL,
                "sign_in_url": sign_in_url,
                "pid": os.getpid(),
                "taskrouter": at,
            },
        )
        say(f"Signalbox is live. Sign in: {sign_in_url}")

    server = Server(JobRunner(celery_app), announce)
    quiet_after_the_server()
    try:
        server.run(sockets=[door])
    finally:
        RUN_FILE.unlink(missing_ok=True)


def leave_at_once_until_it_serves() -> None:
    """SIGTERM like Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)


def check_what_is_served() -> None:
    if settings.SERVE != "dashboard":
        raise CannotStart(
            f"SIGNALBOX_SERVE={settings.SERVE}: `up` serves both; leave the setting out."
        )


def check_ports() -> None:
    if settings.PORT == settings.TASKROUTER_PORT:
        raise CannotStart(
            f"PORT and TASKROUTER_PORT are both {settings.PORT}; give one another number."
        )


def check_servers() -> None:
    """One that cannot be reached would be tried for ever, in silence."""
    for name in ("CELERY_BROKER_URL", "REDIS_URL"):
        url = urlsplit(getattr(settings, name))
        if url.scheme in {"", "memory"}:
            continue
        host = url.hostname or "localhost"
        port = url.port or (5672 if url.scheme == "amqp" else 6379)
        try:
            socket.create_connection((host, port), REACH_SECONDS).close()
        except OSError as error:
            raise CannotStart(
                f"{name}: {host}:{port} cannot be reached ({error.strerror or error});"
                " start what serves there, or leave the setting out."
            ) from None


def quiet_after_the_server() -> None:
    """uvicorn raises the signal again after it has stopped; that must not kill us."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)


class alone_in:
    """Holds var/ for this process; the kernel lets go of it however we die."""

    def __init__(self, var: Path) -> None:
        self._path = var / "up.lock"

    def __enter__(self) -> TextIO:
        self._file = self._path.open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"Signalbox already runs on {self._path.parent}; stop it first,"
                " or give SIGNALBOX_VAR another folder."
            ) from None
        return self._file

    def __exit__(self, *_: object) -> None:
        self._file.close()


def listen(port: int) -> socket.socket:
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("127.0.0.1", port))
    except OSError as error:
        door.close()
        raise CannotStart(
            f"PORT={port}: {error.strerror}; stop what uses it, or set PORT."
        ) from None
    return door


def connect(at: TaskRouterAt) -> str:
    """Points the dashboard at the neighbour, over HTTP like any other TaskRouter. What
    does not work, in words."""
    from statsync.commands import connect as connect_to

    connected = connect_to(
        base_url=at["base_url"],
        account_sid=at["account_sid"],
        auth_token=at["auth_token"],
        workspace_sid=at["workspace_sid"],
        now_ms=now_ms(),
    )
    return connected.warning


def update_run_file(say: Callable[[str], None], at: TaskRouterAt) -> None:
    run_file.write(RUN_FILE, {**run_file.read(RUN_FILE), "taskrouter": at})
    say("The built-in TaskRouter had ended and runs again.")


class Server(uvicorn.Server):
    """The web server; jobs run while it serves and end before its loop does."""

    def __init__(self, jobs: JobRunner, announce: Callable[[], None]) -> None:
        self._jobs = jobs
        self._announce = announce
        super().__init__(
            uvicorn.Config(
                "config.asgi:application",
                loop="uvloop",
                ws="websockets-sansio",
                ws_max_size=65536,
                lifespan="off",
                log_level="warning",
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._jobs.start()
        self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self._jobs.stop)
        await super().shutdown(sockets)
