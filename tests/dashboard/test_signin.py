"""Who gets in, once by link and then by password; and what a page may do."""

import re

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse

from clock import now_ms
from dashboard import signin

URL = "http://127.0.0.1:8000"
NOW = 1_700_000_000_000
PAGES = [
    "overview",
    "queues",
    "agents",
    "history",
    "trust",
    "manage_workers",
    "connect",
]


@pytest.fixture
def link(db, monkeypatch) -> str:

    made = signin.make_link(now_ms(), URL)
    return made[made.index("/sign-in/") :]


def test_the_link_signs_the_owner_in_once(link: str) -> None:
    first, second = Client(), Client()
    assert first.get(link).status_code == 302
    assert first.get("/connect/").status_code == 200
    answer = second.get(link)
    assert answer.status_code == 410
    assert "works once" in answer.content.decode()
    assert second.get("/").status_code == 302


def test_a_newer_link_makes_older_ones_worthless(db) -> None:
    old = signin.make_link(NOW, URL).split("/")[-2]
    new = signin.make_link(NOW, URL).split("/")[-2]
    assert signin.use_link(old, NOW) is None
    assert signin.use_link(new, NOW) is not None


def test_a_link_asked_for_leads_to_the_port_of_the_set_that_runs(
    db, settings, tmp_path, capsys
) -> None:
    settings.VAR = tmp_path
    (tmp_path / "run.json").write_text('{"url": "http://127.0.0.1:9000"}')
    call_command("sign_in_link")
    (tmp_path / "run.json").unlink()
    call_command("sign_in_link")
    there, elsewhere = capsys.readouterr().out.split()
    assert there.startswith("http://127.0.0.1:9000/sign-in/")
    assert elsewhere.startswith(f"{settings.PUBLIC_URL}/sign-in/")


def test_a_link_ends_after_a_day(db) -> None:
    token = signin.make_link(NOW, URL).split("/")[-2]
    assert signin.use_link(token, NOW + signin.VALID_MS + 1) is None


def test_the_owner_sets_a_password_and_signs_in_with_it(link: str) -> None:
    client = Client()
    client.get(link)
    weak = client.post("/password/", {"new_password1": "1", "new_password2": "1"})
    assert weak.status_code == 400
    good = {"new_password1": "rail-lamp-9", "new_password2": "rail-lamp-9"}
    assert client.post("/password/", good).status_code == 302
    other = Client()
    wrong = other.post("/sign-in/", {"username": "owner", "password": "nope"})
    assert wrong.status_code == 200
    assert "correct" in wrong.content.decode()
    right = other.post("/sign-in/", {"username": "owner", "password": "rail-lamp-9"})
    assert right.status_code == 302


def sign_in(name: str, password: str):
    return Client().post("/sign-in/", {"username": name, "password": password})


def test_passwords_cannot_be_guessed_without_end(supervisor) -> None:
    tried = [sign_in(name, "guess").status_code for name in ("kim", "Kim") * 5]
    assert tried[:9] == [200] * 9
    answer = sign_in("kim", "long enough 1")
    assert answer.status_code == 429
    said = answer.content.decode()
    assert "Too many wrong passwords for this name. Wait 14:5" in said
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert 890 <= int(answer["Retry-After"]) <= 900


def test_trying_while_waiting_does_not_prolong_it(supervisor, settings) -> None:
    for _ in range(10):
        sign_in("kim", "guess")
    AccessAttempt.objects.update(
        attempt_time=F("attempt_time") - settings.AXES_COOLOFF_TIME / 2
    )
    assert sign_in("kim", "guess").status_code == 429
    AccessAttempt.objects.update(
        attempt_time=F("attempt_time") - settings.AXES_COOLOFF_TIME / 2
    )
    assert sign_in("kim", "long enough 1").status_code == 302


def test_one_name_that_waits_keeps_nobody_else_out(admin, supervisor) -> None:
    for _ in range(10):
        sign_in("kim", "guess")
    assert sign_in("roth", "long enough 1").status_code == 302


def test_the_right_password_forgets_the_wrong_ones(supervisor) -> None:
    for _ in range(9):
        sign_in("kim", "guess")
    assert sign_in("kim", "long enough 1").status_code == 302
    for _ in range(9):
        sign_in("kim", "guess")
    assert sign_in("kim", "long enough 1").status_code == 302


@pytest.mark.parametrize("name", PAGES)
def test_nobody_sees_a_page_without_signing_in(db, name: str) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", ["manage_workers", "manage_activities", "connect"])
def test_managing_is_for_admins_and_says_who_can_help(supervisor, name: str) -> None:
    answer = supervisor.get(reverse(name))
    assert answer.status_code == 403
    assert "ask the owner" in answer.content.decode()


def test_a_page_allows_no_inline_script_but_its_own(admin) -> None:
    answer = admin.get("/")
    policy = answer["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    [nonce] = re.findall(r"script-src 'self' 'nonce-([^']+)'", policy)
    scripts = re.findall(r"<script(?![^>]*src=)([^>]*)>", answer.content.decode())
    assert scripts
    assert all(nonce in one or "application/json" in one for one in scripts)


def test_signing_out_takes_a_press_not_a_link(admin) -> None:
    assert admin.get("/sign-out/").status_code == 405
    assert admin.post("/sign-out/").status_code == 302
    assert admin.get("/").status_code == 302


def test_an_unknown_address_is_said_in_words(admin) -> None:
    answer = admin.get("/nowhere/")
    assert answer.status_code == 404
    assert "nothing here" in answer.content.decode()
    assert User.objects.count() == 1


def test_whoever_is_signed_in_is_not_sent_round_in_a_circle(link: str) -> None:
    client = Client()
    client.get(link)
    answer = client.get("/sign-in/?next=/sign-in/")
    assert (answer.status_code, answer.url) == (302, "/")


@pytest.mark.django_db
def test_a_name_that_can_be_nobodys_is_refused_in_words() -> None:
    tried = {"username": "x" * 60_000, "password": "secret"}
    answer = Client().post("/sign-in/", tried)
    assert answer.status_code == 200
    assert "at most 150" in answer.content.decode().lower()
