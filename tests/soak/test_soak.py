"""The long proofs of `make soak`; what they saw is left under var/soak/."""

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.box import ROOT, Box
from tests.chaos import kill_and_check
from tests.flow.test_faults import bad_road
from tests.taskrouter import description
from tests.taskrouter import test_statistics as figures
from tests.taskrouter.conftest import TaskRouter
from tests.taskrouter.kills import kill_under_load
from tests.taskrouter.odd_requests import ask_oddly
from tests.taskrouter.test_simulated_owner import live_twice

KILLS = 20
TASKROUTER_KILLS = 50
BAD_SECONDS = 300.0
ODD_REQUESTS = 50_000
DAYS = range(10, 40)
OWNED_DAYS = range(1, 21)
pytestmark = pytest.mark.soak


@pytest.fixture(autouse=True)
def evidence(request) -> Iterator[None]:
    began = time.time()
    yield
    folder = Path(ROOT) / "var" / "soak"
    folder.mkdir(parents=True, exist_ok=True)
    what = {"test": request.node.name, "seconds": round(time.time() - began)}
    (folder / f"{request.node.name}.json").write_text(json.dumps(what))


def test_twenty_kills_of_the_embedded_set(own_box: Box) -> None:
    kill_and_check(own_box, random.Random(20), KILLS)


def test_twenty_kills_of_the_production_set(production_box: Box) -> None:
    kill_and_check(production_box, random.Random(21), KILLS)


def test_fifty_kills_of_the_taskrouter_under_load() -> None:
    server = TaskRouter().start()
    try:
        kill_under_load(server, random.Random(50), TASKROUTER_KILLS)
    finally:
        server.stop()


def test_five_minutes_on_a_bad_road() -> None:
    bad_road(BAD_SECONDS, 5)


@pytest.mark.skipif(not description.FILE.exists(), reason=description.WHY_NOT)
def test_fifty_thousand_odd_requests_are_answered_in_words() -> None:
    fuzz = ask_oddly(ODD_REQUESTS, time.time_ns())
    assert fuzz.wrong == []
    assert sum(fuzz.statuses.values()) >= ODD_REQUESTS


@pytest.mark.parametrize("seed", OWNED_DAYS)
def test_twenty_days_of_mishaps_are_written_alike_twice(tmp_path, seed: int) -> None:
    live_twice(tmp_path, seed)


@pytest.mark.parametrize("seed", DAYS)
def test_every_figure_of_thirty_random_days(fast_taskrouter, seed: int) -> None:
    day = figures.Lived(fast_taskrouter, seed)
    for question in figures.QUESTIONS:
        question(day)
    for choice in figures.CHOICES:
        figures.test_workers_are_counted_the_deleted_ones_too(day, choice)
