"""kill -9 at random moments under load, of either process or both, started again."""

import random

import pytest

from tests.box import Box
from tests.chaos import kill_and_check

KILLS = 3


@pytest.mark.parametrize("seed", [1])
def test_nothing_is_lost_or_doubled_after_kills_of_the_embedded_set(
    own_box: Box, seed: int
) -> None:
    kill_and_check(own_box, random.Random(seed), KILLS)


def test_nothing_is_lost_or_doubled_after_kills_of_the_production_set(
    production_box: Box,
) -> None:
    kill_and_check(production_box, random.Random(2), KILLS)
