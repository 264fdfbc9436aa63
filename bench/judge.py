"""Do the tests pass on the engine as it lies here? The quickest to see a fault run first.

Run by `bench.mutants` in a copy of the tree, once for each mutant.
"""

import os
import subprocess
import sys
from pathlib import Path

INI = "[pytest]\naddopts = --import-mode=importlib\npythonpath = .\n"
QUEUEING = "tests/engine/test_queueing_theory.py"
LONG = ("kills", "odd_requests", "callbacks", "simulation", "simulated_owner", "limits")
ELSEWHERE = [f"--ignore=tests/taskrouter/test_{name}.py" for name in LONG]
PLAIN = ("-c", "plain.ini", "--rootdir=.", "--noconftest", f"--ignore={QUEUEING}")
Done = subprocess.CompletedProcess[bytes]


def run(cpu_seconds: int, *words: str, **environment: str) -> Done:
    """What Python does with these words; what computes without end is killed."""
    command = ["prlimit", f"--cpu={cpu_seconds}", sys.executable, "-m", *words]
    return subprocess.run(command, env=os.environ | environment, capture_output=True)


def written_day_holds() -> bool:
    return (
        run(20, "tests.engine.story").stdout
        == Path("tests/engine/story.txt").read_bytes()
    )


def engine_holds() -> bool:
    """Without any plugin, for a quick start."""
    Path("plain.ini").write_text(INI)
    bare = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return not run(60, "pytest", "-x", *PLAIN, "tests/engine", **bare).returncode


def http_holds() -> bool:
    return not run(
        300, "pytest", "-x", QUEUEING, "tests/taskrouter", *ELSEWHERE
    ).returncode


if __name__ == "__main__":
    short = "--engine" in sys.argv
    sys.exit(not (written_day_holds() and engine_holds() and (short or http_holds())))
