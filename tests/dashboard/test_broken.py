"""What cannot be shown is said in our words, and what breaks is in the log."""

import os
import subprocess
import sys
import tempfile

import pytest
from django.test import Client

from tests.box import ROOT
from tests.road import Road

FORM = "application/x-www-form-urlencoded"
BROKEN = """
import django; django.setup()
from django.test import Client
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
print(client.get("/sign-in/never-migrated/").status_code)
"""
NOBODY = "WA" + "0" * 32


def test_a_page_that_breaks_is_in_the_log_with_its_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN],
        env={**os.environ, "SIGNALBOX_VAR": tempfile.mkdtemp(prefix="broken-")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == "500", done.stderr
    assert "Internal Server Error: /sign-in/never-migrated/" in done.stderr
    assert "no such table" in done.stderr


@pytest.mark.parametrize(("path", "status"), [("/sign-in/", 400), ("/nowhere/", 404)])
def test_a_body_that_cannot_be_read_is_answered_in_our_words(db, path, status) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get("/sign-in/")
    answer = browser.post(path, b"a=b", content_type=f"{FORM}; charset=utf-16")
    assert answer.status_code == status
    assert b"Signalbox" in answer.content


def test_a_form_without_its_key_is_told_what_to_do(db) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "kim"})
    assert answer.status_code == 403
    assert b"load the page anew" in answer.content


@pytest.mark.parametrize("method", ["PUT", "DELETE", "BREW"])
@pytest.mark.parametrize(
    "path",
    [
        "/manage/activities/",
        f"/manage/activities/{NOBODY}/rename/",
        "/manage/workers/",
        "/manage/workers/new/",
        "/connect/",
        "/trust/",
        "/password/",
    ],
)
def test_a_page_refuses_methods_that_it_does_not_know(admin, method, path) -> None:
    assert admin.generic(method, path).status_code == 405


def test_renaming_an_activity_that_is_gone_says_so(admin, shift: Road) -> None:
    path = f"/manage/activities/{NOBODY}/rename/"
    answer = admin.post(path, {"name": "Team talk"})
    assert answer.status_code == 400
    assert b"Not renamed. TaskRouter: " in answer.content
    assert admin.get(path).status_code == 404
