"""Real servers for tests, each on a free port, ended by their process id."""

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))),
    None,
)
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], object], seconds: float, what: str) -> None:
    """Looks ten times a second; fails with `what` when the deadline has passed."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.1)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end(process: subprocess.Popen[bytes], number: int, seconds: float) -> int:
    """Sends the signal and returns the exit code; kills after `seconds`, loudly."""
    process.send_signal(number)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"{process.args!r} did not end in {seconds:g} s") from None


@contextmanager
def redis(port: int | None = None) -> Iterator[str]:
    """A Redis server that keeps nothing on disk; its URL."""
    port = port or free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(port), 10, "Redis answers")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        end(server, signal.SIGTERM, 10)


def postgresql_programs() -> Path:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return Path(found[-1] if found else shutil.which("initdb") or "initdb").parent


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server with an empty cluster; its URL, without a database name."""
    programs, port = postgresql_programs(), free_port()
    home = Path(tempfile.mkdtemp(prefix="signalbox-pg-"))
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        owner = pwd.getpwnam(user)
        os.chown(home, owner.pw_uid, owner.pw_gid)
    cluster = str(home / "cluster")
    subprocess.run(
        [str(programs / "initdb"), "-D", cluster, "-A", "trust", "-U", "signalbox"],
        check=True,
        user=user,
        cwd=home,
        stdout=subprocess.DEVNULL,
    )
    options = f"-p {port} -k {home} -c fsync=off -c listen_addresses=127.0.0.1"
    server = subprocess.Popen(
        [programs / "postgres", "-D", cluster, *options.split()],
        user=user,
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=(home / "log").open("wb") if not user else subprocess.DEVNULL,
    )
    try:
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        wait_until(
            lambda: subprocess.run(ready).returncode == 0, 20, "PostgreSQL answers"
        )
        yield f"postgres://signalbox@127.0.0.1:{port}"
    finally:
        end(server, signal.SIGINT, 20)
        shutil.rmtree(home)


def create_database(server_url: str, name: str) -> str:
    port = server_url.rpartition(":")[2]
    subprocess.run(
        [
            str(postgresql_programs() / "createdb"),
            *("-h", "127.0.0.1", "-p", port, "-U", "signalbox"),
            name,
        ],
        check=True,
    )
    return f"{server_url}/{name}"
