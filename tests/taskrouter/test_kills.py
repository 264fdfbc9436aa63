"""Five kills under load; `make soak` makes fifty."""

import random

import pytest

from tests.taskrouter.conftest import TaskRouter
from tests.taskrouter.kills import kill_under_load


@pytest.fixture
def own():
    server = TaskRouter().start()
    yield server
    server.stop()


def test_five_kills_under_load_lose_nothing_that_was_answered(own) -> None:
    kill_under_load(own, random.Random(6), 5)
