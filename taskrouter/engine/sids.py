"""Sids from a given source of chance, so that a run can be repeated."""

import random


class Sids:
    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def new(self, prefix: str) -> str:
        """`prefix` and 32 hexadecimal digits."""
        return f"{prefix}{self._chance.getrandbits(128):032x}"
