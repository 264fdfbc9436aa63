"""Real servers and sets of processes, for every test that asks for one."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

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


@contextmanager
def fast(**settings: str) -> Iterator[FastTaskRouter]:
    """Its clock starts tomorrow, so that everything in it is newer than the machine's."""
    tomorrow = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    start = int((tomorrow + timedelta(days=1)).timestamp() * 1000)
    port = machine.free_port()
    own = {"SIGNALBOX_VAR": tempfile.mkdtemp(prefix="fast-"), **settings}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.fast_taskrouter", str(port), str(start)],
        env={**os.environ, **own},
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


@pytest.fixture(scope="session")
def fast_taskrouter() -> Iterator[FastTaskRouter]:
    with fast() as taskrouter:
        yield taskrouter


@pytest.fixture(scope="session")
def fast_taskrouter_on_postgresql(postgresql_url: str) -> Iterator[FastTaskRouter]:
    url = machine.create_database(postgresql_url, "fast_taskrouter")
    with fast(TASKROUTER_DATABASE_URL=url) as taskrouter:
        yield taskrouter


@pytest.fixture
def road(db, fast_taskrouter: FastTaskRouter) -> Road:
    """A workspace of its own, on a new day at 09:40, connected."""
    return Road(fast_taskrouter)
