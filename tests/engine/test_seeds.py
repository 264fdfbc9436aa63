"""Random days over every kind of command, each offer judged by the plain model."""

import pytest

from tests.engine.laws import live_by_the_laws


@pytest.mark.parametrize("seed", range(100))
def test_every_law_holds_at_every_step_of_a_random_day(seed: int) -> None:
    assert live_by_the_laws(seed).events
