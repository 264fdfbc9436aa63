"""Where tests stand: a folder of their own, away from what `make run` uses.

A plugin named in pyproject.toml, since Django's settings are read before any conftest.
Everything tests leave lies in it, that of the processes they start too. It goes with
a run that passed; after one that failed it tells more.
"""

import os
import shutil
import tempfile

import pytest

FOLDER = tempfile.mkdtemp(prefix="signalbox-")
# PostgreSQL's user, who is not root, goes through it.
os.chmod(FOLDER, 0o711)
tempfile.tempdir = os.environ["TMPDIR"] = FOLDER
os.environ["SIGNALBOX_VAR"] = tempfile.mkdtemp(prefix="var-")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

passed = pytest.StashKey[bool]()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[passed] = exitstatus == pytest.ExitCode.OK


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.stash.get(passed, False):
        shutil.rmtree(FOLDER)
