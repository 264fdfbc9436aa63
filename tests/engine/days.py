"""Days lived by the laws, in a process of its own, whose hashes fall as they may.

`python -m tests.engine.days FIRST END STEP` writes a line of JSON for each seed: how many
events its day had and the SHA-256 of their log, or which law was broken.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from tests.box import ROOT
from tests.engine.laws import live_by_the_laws


def judged(seed: int) -> dict[str, Any]:
    try:
        events = live_by_the_laws(seed).events
    except Exception as last:
        # A law that breaks has the command taken back, which breaks laws of its own.
        error = last.__context__ or last
        return {"seed": seed, "broken": f"{type(error).__name__}: {error}"}
    digest = hashlib.sha256(msgspec.json.encode(events)).hexdigest()
    return {"seed": seed, "events": len(events), "sha256": digest}


def begin(seeds: range, hash_seed: int, file: Path) -> subprocess.Popen[bytes]:
    """A process that writes the days of these seeds to the file."""
    bounds = [str(seeds.start), str(seeds.stop), str(seeds.step)]
    with file.open("w") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.engine.days", *bounds],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
            stdout=output,
        )


def told(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


if __name__ == "__main__":
    for seed in range(*map(int, sys.argv[1:])):
        sys.stdout.write(json.dumps(judged(seed)) + "\n")
        sys.stdout.flush()
