"""Documentation that fails the build when it is out of date."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from config.celery import TIMETABLE
from statsync import jobs

ROOT = Path(__file__).resolve().parent.parent
OURS = {"config", "dashboard", "statsync", "taskrouter"}


def mentioned_in(page: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", (ROOT / page).read_text()))


def settings_read() -> set[str]:
    text = (ROOT / "config/settings.py").read_text()
    readers = r"(?:env\.\w+|kept_secret)\(\s*\"([A-Z_]+)\""
    return set(re.findall(readers, text))


def test_every_setting_is_documented_and_none_that_does_not_exist() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), re.M)
    assert sorted(rows) == sorted(settings_read())


def test_every_job_in_the_timetable_exists() -> None:
    assert [name for name in TIMETABLE if not hasattr(jobs, name)] == []


@pytest.mark.parametrize(
    "command",
    [name for name, app in get_commands().items() if app in OURS],
)
def test_every_command_is_documented(command: str) -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    assert any(f"manage.py {command}" in page.read_text() for page in pages)


@pytest.mark.parametrize("page", ["CONTRIBUTING.md"])
def test_every_place_that_is_named_exists(page: str) -> None:
    places = {
        word
        for word in mentioned_in(page)
        if "/" in word and " " not in word and word.partition("/")[0] in top_folders()
    }
    assert [word for word in sorted(places) if not (ROOT / word).exists()] == []


def top_folders() -> set[str]:
    return {path.name for path in ROOT.iterdir() if path.is_dir()}
