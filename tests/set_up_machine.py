"""Makes sure that the servers and the browser the tests start are installed.

As root with apt they are installed; otherwise one sentence names what is missing.
"""

import glob
import os
import shutil
import subprocess
import sys

# Debian package -> does this machine have what it brings?
NEEDED = {
    "chromium": lambda: bool(
        shutil.which("chromium")
        or shutil.which("google-chrome")
        or shutil.which("chromium-browser")
    ),
    "postgresql": lambda: bool(
        glob.glob("/usr/lib/postgresql/*/bin/initdb") or shutil.which("initdb")
    ),
    "redis-server": lambda: bool(shutil.which("redis-server")),
}


def apt(*words: str) -> None:
    subprocess.run(
        ["apt-get", "-qq", *words],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )


def main() -> None:
    missing = [package for package, present in NEEDED.items() if not present()]
    if not missing:
        return
    names = " ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            f"signalbox: the tests need {names}; install with: apt install {names}"
        )
    sys.stderr.write(f"Installing {names} …\n")
    apt("update")
    apt("install", "-y", "--no-install-recommends", *missing)


if __name__ == "__main__":
    main()
