"""Chaos with a proof at the end: kills under load, then ledgercheck."""

import os
import random
import time

from tests.box import Box
from tests.load import load

STALL_SECONDS = 60
"So long nothing may have come nearer; how long all takes depends on the machine."
LONGEST_SECONDS = 900


def kill_and_check(box: Box, chance: random.Random, kills: int) -> None:
    """Kills random parts of the set at random moments; then nothing may be missing."""
    killed: list[int] = []
    for n in range(kills):
        with load(box, seed=n):
            time.sleep(chance.uniform(0.5, 4))
            parts = some_of(chance, sorted(box.pids()))
            killed += [box.pids()[part] for part in parts]
            box.kill(parts)
            time.sleep(1)
    assert_ledger_is_whole(box)
    assert [pid for pid in killed if is_alive(pid)] == []


def some_of(chance: random.Random, parts: list[str]) -> list[str]:
    return chance.sample(parts, chance.randint(1, len(parts)))


def is_alive(pid: int) -> bool:
    """Whether a process of ours with that id still runs (a zombie does not)."""
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def assert_ledger_is_whole(box: Box) -> None:
    """ledgercheck passes once the reader has caught up; its words if it does not."""
    last, began = "", time.monotonic()
    moved = began
    while (checked := box.run("ledgercheck")).returncode != 0:
        now, words = time.monotonic(), checked.stdout + checked.stderr
        if words != last:
            last, moved = words, now
        if now - moved > STALL_SECONDS or now - began > LONGEST_SECONDS:
            raise AssertionError(
                f"the ledger is not whole after {now - began:.0f} s: {words}"
            )
        time.sleep(0.5)
