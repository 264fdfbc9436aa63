"""The built-in TaskRouter as a process of its own, started and watched by `up`.

It holds the read end of a pipe whose write end only we have: however we die, the
kernel closes the pipe and the neighbour ends by itself. If the neighbour dies, it is
started again.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from django.conf import settings

from config.embedded.run_file import TaskRouterAt

log = structlog.get_logger()

PAUSE_SECONDS = 1.0
# It calls us back on this machine, where we fold what comes together at once; and our
# own jobs are not to wait for its limits.
OF_NEIGHBOURS = {
    "TASKROUTER_CALLBACK_ALLOW": "127.0.0.0/8,::1/128",
    "TASKROUTER_CALLBACKS_AT_ONCE": "64",
    "TASKROUTER_RATE_EXPRESSIONS": "1000",
    "TASKROUTER_RATE_BULK": "1000",
}


class DidNotStart(Exception):
    """The built-in TaskRouter ended before it served; it has said why on stderr."""


class Neighbour:
    def __init__(self, on_restart: Callable[[TaskRouterAt], None]) -> None:
        """`on_restart` is called with where it serves when it had to be started again."""
        self._on_restart = on_restart
        self._leaving = threading.Event()
        self._watch = threading.Thread(target=self._keep_alive, name="neighbour")

    def start(self) -> TaskRouterAt:
        """Returns once it serves; else it has ended. Raises DidNotStart."""
        self._process, self._lifeline = spawn()
        try:
            at = self._wait_until_ready()
        except BaseException:
            self._end()
            raise
        self._watch.start()
        return at

    def stop(self) -> None:
        self._leaving.set()
        self._end()
        self._watch.join()

    def _end(self) -> None:
        """Lets go of the pipe and waits for the process to end."""
        os.close(self._lifeline)
        try:
            self._process.wait(timeout=4)
        except subprocess.TimeoutExpired:
            log.warning("neighbour.killed", pid=self._process.pid)
            self._process.kill()
            self._process.wait()

    def _wait_until_ready(self) -> TaskRouterAt:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise DidNotStart
        at: TaskRouterAt = json.loads(line)
        return at

    def _keep_alive(self) -> None:
        while True:
            code = self._process.wait()
            if self._leaving.wait(PAUSE_SECONDS):
                return
            log.error("neighbour.ended", code=code, remedy="starting it again")
            os.close(self._lifeline)
            self._process, self._lifeline = spawn()
            try:
                self._on_restart(self._wait_until_ready())
            except DidNotStart:
                log.error("neighbour.did_not_start", remedy="trying again")


def spawn() -> tuple[subprocess.Popen[bytes], int]:
    """The process, and the write end of the pipe that it lives by."""
    theirs, ours = os.pipe()
    # The ready line comes on stdout, so that its end of file tells of an early death.
    command = [sys.executable, str(Path(settings.ROOT) / "manage.py"), "taskrouter"]
    command += ["--simulate", f"--follow-pipe={theirs}", "--ready-fd=1"]
    environment = {**OF_NEIGHBOURS, **os.environ}
    process = subprocess.Popen(
        command,
        env=environment,
        pass_fds=[theirs],
        stdout=subprocess.PIPE,
        # Ctrl-C is for us alone; the neighbour leaves when the pipe closes.
        start_new_session=True,
    )
    os.close(theirs)
    return process, ours
