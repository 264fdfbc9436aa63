"""Ctrl-C and SIGTERM are heard at any moment, also before anything is served."""

import signal
import subprocess
import time
from pathlib import Path

import pytest
from redis import Redis

from taskrouter.lock import AlreadyOwned, hold_file
from tests.box import Box, environment, manage
from tests.machine import end, redis, wait_until

STOP_SECONDS = 10


def starting(*words: str) -> tuple[Box, subprocess.Popen[bytes]]:
    """A first start that takes its time over a long past, seen on its way."""
    box = Box(environment(SIMULATION_PAST_DAYS="30", SIMULATION_WORKERS="400"))
    with (box.var / "said").open("wb") as said:
        process = manage(box.environment, *words, stdout=said)
    wait_until(lambda: owned(box), 30, "the TaskRouter has its database")
    return box, process


def owned(box: Box) -> bool:
    """Whether a built-in TaskRouter lives on this set's database."""
    lock: Path = box.var / "taskrouter.sqlite3.lock"
    if not lock.exists():
        return False
    try:
        hold_file(lock, "").close()
    except AlreadyOwned:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_start_ends_when_asked_to_and_takes_its_neighbour_along(number) -> None:
    box, up = starting("up")
    assert end(up, number, STOP_SECONDS) == 0
    said = (box.var / "said").read_text()
    assert "live" not in said
    assert "Stopped" in said
    assert not owned(box)


def test_a_taskrouter_alone_ends_its_start_when_asked_to() -> None:
    box, alone = starting("taskrouter", "--simulate")
    assert end(alone, signal.SIGTERM, STOP_SECONDS) == -signal.SIGTERM
    assert not owned(box)


def test_a_neighbour_whose_start_is_orphaned_leaves_at_once() -> None:
    box, up = starting("up")
    up.kill()
    up.wait()
    wait_until(lambda: not owned(box), STOP_SECONDS, "the neighbour has left")


def test_it_ends_also_while_its_broker_answers_nothing() -> None:
    with redis() as url:
        box = Box(environment(SIMULATION_PAST_DAYS="0", CELERY_BROKER_URL=url)).start()
        with Redis.from_url(url) as broker:
            broker.client_pause(30_000)
        time.sleep(2)  # beat is waiting for an answer
        assert box.stop() == 0
