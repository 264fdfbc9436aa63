"""Ground for every test: a var/ of its own, away from the one `make run` uses."""

import os
import tempfile
from collections.abc import Iterator

os.environ["SIGNALBOX_VAR"] = tempfile.mkdtemp(prefix="signalbox-test-")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import pytest

from tests import machine
from tests.box import Box, production


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
def production_box(postgresql_url: str, redis_url: str) -> Iterator[Box]:
    box = production(postgresql_url, redis_url).start()
    yield box
    box.stop()
