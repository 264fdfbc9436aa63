"""Writers at the same time: none fails, and the last word on a board is the facts'."""

import os
import subprocess
import sys
import tempfile

import pytest

from tests.box import ROOT
from tests.machine import create_database

START = """
import django
django.setup()
from tests.statsync.writers_at_once import main
main()
"""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_writers_at_once_leave_the_boards_as_the_facts_tell(
    database, request: pytest.FixtureRequest
) -> None:
    url = ""
    if database == "postgresql":
        server = request.getfixturevalue("postgresql_url")
        url = create_database(server, f"writers{os.getpid()}")
    done = subprocess.run(
        [sys.executable, "-c", START],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "SIGNALBOX_VAR": tempfile.mkdtemp(prefix="writers-"),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
