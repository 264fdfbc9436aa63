"""Small faults put into the engine, one at a time: which of them does no test notice?

`python -m bench.mutants --sample 200 --seed 1` has cosmic-ray judge so many of all its
mutants, in copies of the tree; `--engine` by the engine's tests alone, `--only PLACE …`
those alone whose place is named. What survives is printed with its change; why it may
stay is for a person to say.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.testing import run_tests
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkResult

ROOT = Path(__file__).parent.parent
AWAY = shutil.ignore_patterns(".venv", ".git", "node_modules", "var", "__pycache__")
TYPES_ALONE = "core/ReplaceBinaryOperator_BitOr_"
"In the engine `|` joins types and nothing else, and no test reads a type."
JUDGE = f"{sys.executable} -m bench.judge"
JUDGED = (TestOutcome.KILLED, TestOutcome.SURVIVED)
LIMIT = 900
"Seconds until what hangs is killed."


def mutations(folder: Path) -> list[MutationSpec]:
    """All that cosmic-ray would try, in an order that is the same every time."""
    modules = sorted(Path("taskrouter/engine").glob("*.py"))
    with use_db(folder / "session.sqlite") as session:
        init(modules, session, {})
        found = [mutation for item in session.work_items for mutation in item.mutations]
    tried = [one for one in found if not one.operator_name.startswith(TYPES_ALONE)]
    return sorted(
        tried, key=lambda one: (one.module_path, one.operator_name, one.occurrence)
    )


def place(mutation: MutationSpec) -> str:
    """The name of a mutant: `routing.py:AddNot#3`."""
    operator = mutation.operator_name.removeprefix("core/")
    return f"{mutation.module_path.name}:{operator}#{mutation.occurrence}"


def settle(folder: Path) -> None:
    """Each process works in a copy of the tree of its own, with what is installed here."""
    os.chdir(shutil.copytree(ROOT, folder / str(os.getpid()), ignore=AWAY))
    for installed in (".venv", "node_modules"):
        Path(installed).symlink_to(ROOT / installed)


def judged(mutation: MutationSpec, command: str) -> WorkResult:
    return mutate_and_test([mutation], command, LIMIT)


def survivors(
    folder: Path, chosen: list[MutationSpec], command: str
) -> Iterator[MutationSpec]:
    """One process for each core; every verdict is told as it falls."""
    with ProcessPoolExecutor(initializer=settle, initargs=(folder,)) as judges:
        asked = {judges.submit(judged, one, command): one for one in chosen}
        for verdict in as_completed(asked):
            result, mutation = verdict.result(), asked[verdict]
            assert result.test_outcome in JUDGED, f"{place(mutation)}: {result}"
            print(
                "killed  " if result.is_killed else "SURVIVES",
                place(mutation),
                flush=True,
            )
            if not result.is_killed:
                print(result.diff, flush=True)
                yield mutation


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sample", type=int, default=200)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--only", nargs="+")
    words.add_argument("--engine", action="store_true")
    asked = words.parse_args()
    command = JUDGE + " --engine" * asked.engine
    with tempfile.TemporaryDirectory() as temporary:
        settle(folder := Path(temporary))
        found = mutations(folder)
        chosen = random.Random(asked.seed).sample(found, asked.sample)
        if asked.only:
            chosen = [one for one in found if place(one) in asked.only]
        print(f"{len(chosen)} of {len(found)} mutants, seed {asked.seed}", flush=True)
        outcome, said = run_tests(command, LIMIT)
        assert outcome == TestOutcome.SURVIVED, f"tests fail without a fault: {said}"
        left = list(survivors(folder, chosen, command))
    print(f"{len(left)} of {len(chosen)} survive:", *map(place, left), sep="\n")


if __name__ == "__main__":
    main()
