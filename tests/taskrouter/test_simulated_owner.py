"""A day of the owner with kills, refused saves and a clock that jumps back, from a seed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.box import ROOT

DAY = """
import sys, django
django.setup()
from tests.taskrouter.simulated_owner import main
main(int(sys.argv[1]), int(sys.argv[2]))
"""


def simulated(var: Path, seed: int, hash_seed: str) -> dict[str, Any]:
    """What the day left behind, in a process and a database of its own."""
    var.mkdir()
    environment = {
        **os.environ,
        "SIGNALBOX_VAR": str(var),
        "SIGNALBOX_SERVE": "taskrouter",
        "PYTHONHASHSEED": hash_seed,
    }
    day = subprocess.run(
        [sys.executable, "-c", DAY, str(seed), "150"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert day.returncode == 0, day.stderr[-3000:]
    found: dict[str, Any] = json.loads(day.stdout.splitlines()[-1])
    return found


def live_twice(folder: Path, seed: int) -> dict[str, Any]:
    first = simulated(folder / "first", seed, "1")
    second = simulated(folder / "second", seed, "2")

    sys.stdout.write(f"seed {seed}: {first}")
    assert first == second
    assert first["events"] > 100
    return first


def test_the_same_seed_and_mishaps_write_the_same_log(tmp_path: Path) -> None:
    day = live_twice(tmp_path, 1)

    assert min(day["killed"], day["not saved"], day["clock back"]) > 0
