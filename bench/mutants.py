"""Small faults put into the engine, one at a time: which of them does no test notice?

`python -m bench.mutants --sample 200 --seed 1` judges so many of all mutants, in a copy
of the tree; `--only NAME …` judges those alone, `--engine` by the engine's tests alone.
What survives is printed; why it may stay is for a person to say.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
INI = "[pytest]\naddopts = --import-mode=importlib\npythonpath = .\n"
QUEUEING = "tests/engine/test_queueing_theory.py"
LONG = ("kills", "odd_requests", "callbacks", "simulation", "simulated_owner", "limits")
ELSEWHERE = [f"--ignore=tests/taskrouter/test_{name}.py" for name in LONG]
PLAIN = ("-c", "plain.ini", "--rootdir=.", "--noconftest", f"--ignore={QUEUEING}")
AWAY = (".venv", ".git", "node_modules", "var")
PAIRS: list[tuple[type[ast.AST], type[ast.AST]]] = [
    *[(ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.Is, ast.IsNot)],
    *[(ast.In, ast.NotIn), (ast.And, ast.Or), (ast.Add, ast.Sub)],
    (ast.Mult, ast.FloorDiv),
]
Mutant = tuple[str, int, str, str]
"Its file and number there, what it changes, and what the file then holds."
Done = subprocess.CompletedProcess[bytes]
OTHER: dict[type[ast.AST], Any] = dict(PAIRS) | {b: a for a, b in PAIRS}


def faults(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the node's place."""
    match node:
        case ast.Compare(left, [op], right) if type(op) in OTHER:
            yield ast.Compare(left, [OTHER[type(op)]()], right)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(OTHER[type(op)](), values)
            for at in range(len(values)):
                yield ast.BoolOp(op, values[:at] + values[at + 1 :])
        case ast.BinOp(left, op, right) if type(op) in OTHER:
            yield ast.BinOp(left, OTHER[type(op)](), right)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(str(value)):
            yield ast.Constant(f"mutant{value}")
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.If(ast.Name() | ast.Call() | ast.Attribute() as test, body, orelse):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Return(value) if value and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(ast.Call()) | ast.AugAssign() | ast.Delete():
            yield ast.Pass()
        case ast.Assign([ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()


def places(parent: ast.AST) -> Iterator[tuple[Any, Any, ast.AST]]:
    """Every node below, and what holds it by which key. No types, no docstrings, no options."""
    for field, value in vars(parent).items():
        if field in ("annotation", "returns", "decorator_list"):
            continue
        if field == "keywords" and isinstance(parent, ast.ClassDef):
            continue
        holder: Any = value if isinstance(value, list) else vars(parent)
        for key in range(len(value)) if holder is value else [field]:
            child = holder[key]
            words = isinstance(parent, ast.Expr) and isinstance(child, ast.Constant)
            if isinstance(child, ast.AST) and not words:
                yield holder, key, child
                yield from places(child)


def mutants(path: str) -> Iterator[Mutant]:
    tree = ast.parse((ROOT / path).read_text())
    pairs = [(place, other) for place in places(tree) for other in faults(place[2])]
    for nth, ((holder, key, node), other) in enumerate(pairs):
        holder[key] = other
        source = ast.unparse(ast.fix_missing_locations(tree))
        holder[key] = node
        before, after = (ast.unparse(one).partition("\n")[0] for one in (node, other))
        change = f"line {getattr(node, 'lineno', 0)}: {before}  ->  {after}"
        yield path, nth, change, source


def run(folder: Path, cpu_seconds: int, *words: str, **environment: str) -> Done:
    """What Python does with these words; what hangs is killed."""
    end = ["timeout", "-k5", str(20 * cpu_seconds), "prlimit", f"--cpu={cpu_seconds}"]
    command, known = [*end, sys.executable, "-m", *words], os.environ | environment
    return subprocess.run(command, cwd=folder, env=known, capture_output=True)


def unnoticed(folder: Path, by_http: bool) -> bool:
    """The written day is the quickest to see a fault, then tests without any plugin."""
    written = (folder / "tests/engine/story.txt").read_bytes()
    if run(folder, 20, "tests.engine.story").stdout != written:
        return False
    bare = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    if run(folder, 60, "pytest", "-x", *PLAIN, "tests/engine", **bare).returncode:
        return False
    http = ("pytest", "-x", QUEUEING, "tests/taskrouter", *ELSEWHERE)
    return not by_http or not run(folder, 300, *http).returncode


def survives(mutant: Mutant, folder: Path, by_http: bool) -> bool:
    path, nth, change, source = mutant
    (folder / path).write_text(source)
    # Compiled code is known by its time, in whole seconds: no two mutants share one.
    os.utime(folder / path, (nth + 1, nth + 1))
    left = unnoticed(folder, by_http)
    shutil.copy(ROOT / path, folder / path)
    print("SURVIVES" if left else "killed  ", f"{path}#{nth}", change, flush=True)
    return left


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--sample", type=int, default=200)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--only", nargs="+")
    words.add_argument("--engine", action="store_true")
    asked = words.parse_args()
    files = sorted(one.relative_to(ROOT) for one in ROOT.glob("taskrouter/engine/*.py"))
    found = [mutant for path in files for mutant in mutants(str(path))]
    chosen = random.Random(asked.seed).sample(found, asked.sample)
    if asked.only:
        chosen = [one for one in found if f"{one[0]}#{one[1]}" in asked.only]
    print(f"{len(chosen)} of {len(found)} mutants, seed {asked.seed}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        ignore = shutil.ignore_patterns(*AWAY)
        folder = Path(shutil.copytree(ROOT, f"{temporary}/tree", ignore=ignore))
        (folder / "plain.ini").write_text(INI)
        assert unnoticed(folder, not asked.engine), "tests fail without a fault"
        left = [survives(one, folder, not asked.engine) for one in chosen]
    print(f"{sum(left)} of {len(chosen)} survive")


if __name__ == "__main__":
    main()
