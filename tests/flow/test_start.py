"""A start that cannot succeed says why in one sentence, names the remedy, and is over."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import environment as env
from tests.box import environment, manage
from tests.machine import wait_until


def refused(settings: dict[str, str], command: str = "up") -> str:
    process = manage(
        settings, command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        said = process.communicate(timeout=60)[0].decode()
    finally:
        process.kill()
    assert process.returncode not in (0, None)
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"CELERY_BROKER_URL": "redis://127.0.0.1:9/0"}, "CELERY_BROKER_URL"),
        ({"REDIS_URL": "redis://127.0.0.1:9/0"}, "REDIS_URL"),
        ({"SIGNALBOX_SERVE": "taskrouter"}, "SIGNALBOX_SERVE="),
        ({"DATABASE_URL": "postgres://u:p@127.0.0.1:9/x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://u:p@h:abc/x"}, "DATABASE_URL="),
        ({"PUBLIC_URL": "http://[::1"}, "PUBLIC_URL="),
        ({"PUBLIC_URL": "http://"}, "PUBLIC_URL="),
        ({"PUBLIC_URL": "http://h/path"}, "PUBLIC_URL=http://h/path: use http"),
        ({"PUBLIC_URL": "http://u:hush@h"}, "PUBLIC_URL=http://…@h: use http"),
        ({"PUBLIC_URL": "http://h i"}, "PUBLIC_URL=http://h i: use http"),
        ({"ALLOWED_HOSTS": "http://h"}, "ALLOWED_HOSTS=http://h: use host names"),
        ({"ALLOWED_HOSTS": "h:80"}, "ALLOWED_HOSTS=h:80: use host names"),
        ({"ALLOWED_HOSTS": ","}, "ALLOWED_HOSTS=: add 127.0.0.1"),
        ({"PUBLIC_URL": "https://h"}, "add h, the host of PUBLIC_URL=https://h"),
        ({"DATABASE_URL": "postgres://h/"}, "name the database too"),
        ({"TASKROUTER_ACCOUNT_SID": "AC1"}, "TASKROUTER_ACCOUNT_SID=AC1: use AC"),
        ({"SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE=/nowhere/key: No such"),
        ({"SECRET_KEY_FILE": sys.executable}, "holds no text"),
        ({"REDIS_URL": "redis://127.0.0.1:abc/0"}, "REDIS_URL="),
        ({"PORT": "9" * 5000}, "PORT="),
        ({"PORT": "8799", "TASKROUTER_PORT": "8799"}, "PORT and TASKROUTER_PORT"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, dict) else "",
)
def test_a_setting_that_cannot_be_used_is_named(settings, words) -> None:
    assert words in refused(environment(SIMULATION_PAST_DAYS="0", **settings))


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("secret.key", b"", "secret.key: is empty"),
        ("secret.key", b"\xff\xfe", "secret.key: cannot be read"),
        ("token.keys", b"garbage", "TOKEN_KEYS_FILE"),
        ("taskrouter.json", b"[]", "taskrouter.json is damaged"),
        ("signalbox.sqlite3", os.urandom(4096), "DATABASE_URL"),
    ],
    ids=["empty secret", "binary secret", "no keys", "no account", "no database"],
)
def test_a_damaged_file_is_named(file, content, words) -> None:
    settings = environment(SIMULATION_PAST_DAYS="0")
    Path(settings["SIGNALBOX_VAR"], file).write_bytes(content)
    assert words in refused(settings)


def test_a_refused_address_is_shown_without_its_password() -> None:
    settings = environment(DATABASE_URL="postgres://owner:hush@h:abc/x")
    assert "DATABASE_URL=postgres://…@h:abc/x" in refused(settings)


def test_a_folder_in_the_place_of_the_run_file_is_named() -> None:
    settings = environment(SIMULATION_PAST_DAYS="0")
    Path(settings["SIGNALBOX_VAR"], "run.json").mkdir()
    said = refused(settings)
    assert "run.json" in said
    assert "is live" not in said


def test_a_command_before_the_first_start_says_what_to_do() -> None:
    assert "make run" in refused(environment(), "ledgercheck")


def test_it_stops_at_once_when_told_to_while_it_starts() -> None:
    settings = environment(SIMULATION_PAST_DAYS="4")
    log = Path(settings["SIGNALBOX_VAR"], "up.log")
    with log.open("wb") as file:
        process = manage(settings, "up", stdout=file, stderr=file)
    wait_until(lambda: b"Starting" in log.read_bytes(), 60, "it begins to start")
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    process.wait(10)
    assert b"is live" not in log.read_bytes()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://signalbox.example.org/", "https://signalbox.example.org"),
        ("https://Signalbox.example.org:443", "https://signalbox.example.org"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_public_address_is_kept_as_browsers_name_it(
    given, kept, monkeypatch
) -> None:
    """Else no form sent through a proxy would be believed to come from here."""
    monkeypatch.setenv("PUBLIC_URL", given)
    assert env.site("PUBLIC_URL", "") == kept
