"""Random days over every kind of command, each offer judged by the plain model."""

from pathlib import Path

import pytest

from tests.engine import days
from tests.engine.laws import live_by_the_laws


@pytest.mark.parametrize("seed", range(100))
def test_every_law_holds_at_every_step_of_a_random_day(seed: int) -> None:
    assert live_by_the_laws(seed).events


def test_the_same_seed_tells_the_same_log_however_hashes_fall(tmp_path: Path) -> None:
    files = [tmp_path / "first", tmp_path / "second"]
    lives = [days.begin(range(0, 100, 20), n, file) for n, file in enumerate(files)]
    assert [life.wait() for life in lives] == [0, 0]
    first, second = map(days.told, files)
    assert first == second
    assert all("sha256" in day for day in first)
