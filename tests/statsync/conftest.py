"""TaskRouter with a clock of the tests' own, and the road from it to the numbers."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.machine import answers, end, free_port, wait_until
from tests.statsync.road import FastTaskRouter, Road


@pytest.fixture(scope="session")
def fast_taskrouter() -> Iterator[FastTaskRouter]:
    """Its clock starts tomorrow, so that everything in it is newer than the machine's."""
    tomorrow = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    start = int((tomorrow + timedelta(days=1)).timestamp() * 1000)
    port = free_port()
    environment = {**os.environ, "SIGNALBOX_VAR": tempfile.mkdtemp(prefix="fast-")}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.fast_taskrouter", str(port), str(start)],
        env=environment,
    )
    try:
        wait_until(lambda: answers(port), 30, "the fast TaskRouter answers")
        taskrouter = FastTaskRouter(port, start)
        yield taskrouter
        taskrouter.close()
    finally:
        end(server, 15, 10)


@pytest.fixture
def road(db, fast_taskrouter: FastTaskRouter) -> Road:
    """A workspace of its own, on a new day at 09:40, connected."""
    return Road(fast_taskrouter)
