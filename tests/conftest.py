"""Ground for every test: a var/ of its own, away from the one `make run` uses."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

os.environ["SIGNALBOX_VAR"] = tempfile.mkdtemp(prefix="signalbox-test-")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import pytest

from tests import machine
from tests.box import Box, production
from tests.road import FastTaskRouter, Road


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, without a database name."""
    with machine.postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with machine.redis() as url:
        yield url


@pytest.fixture(scope="session")
def box() -> Iterator[Box]:
    """The embedded set, running, shared by the tests that leave it running."""
    box = Box().start()
    yield box
    box.stop()


@pytest.fixture
def own_box() -> Iterator[Box]:
    """The embedded set, running, for a test that does not spare it."""
    box = Box().start()
    yield box
    box.stop()


@pytest.fixture
def production_box(postgresql_url: str, redis_url: str) -> Iterator[Box]:
    box = production(postgresql_url, redis_url).start()
    yield box
    box.stop()


@pytest.fixture(scope="session")
def fast_taskrouter() -> Iterator[FastTaskRouter]:
    """Its clock starts tomorrow, so that everything in it is newer than the machine's."""
    tomorrow = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    start = int((tomorrow + timedelta(days=1)).timestamp() * 1000)
    port = machine.free_port()
    environment = {**os.environ, "SIGNALBOX_VAR": tempfile.mkdtemp(prefix="fast-")}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.fast_taskrouter", str(port), str(start)],
        env=environment,
    )
    try:
        machine.wait_until(
            lambda: machine.answers(port), 30, "the fast TaskRouter answers"
        )
        taskrouter = FastTaskRouter(port, start)
        yield taskrouter
        taskrouter.close()
    finally:
        machine.end(server, 15, 10)


@pytest.fixture
def road(db, fast_taskrouter: FastTaskRouter) -> Road:
    """A workspace of its own, on a new day at 09:40, connected."""
    return Road(fast_taskrouter)
