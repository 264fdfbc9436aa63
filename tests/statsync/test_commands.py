"""Asking TaskRouter for a change: done or refused in words, and who asked is kept."""

import json
import sys

import pytest
from django.contrib.auth.models import User

from statsync import commands
from statsync.models import Account, Command, Workspace
from statsync.queries import resources
from tests.road import ACCOUNT, Road


@pytest.fixture
def person(db) -> User:
    return User.objects.create(username="roth")


def test_a_change_is_done_at_taskrouter_and_known_here_at_once(
    road: Road, person, monkeypatch
) -> None:
    worker = road.worker("Ann")
    road.settle()
    asking = sys.modules["statsync.commands.ask"]
    monkeypatch.setattr(asking, "now_ms", lambda: road.api.now)
    command = commands.ask(
        road.workspace, person, "worker.update", worker, {"FriendlyName": "Anna"}
    )
    assert (command.state, command.answer) == ("done", "")
    assert road.api.get(f"{road.ws}/Workers/{worker}")["friendly_name"] == "Anna"
    assert resources.worker(road.workspace, worker).name == "Anna"
    kept = Command.objects.get(pk=command.pk)
    assert (kept.person, kept.subject_name) == (person, "Ann")
    assert json.loads(kept.after) == {"FriendlyName": "Anna"}


def test_capacity_goes_by_channel(road: Road, person) -> None:
    worker = road.worker("Ann")
    road.settle()
    asked = commands.ask(
        road.workspace,
        person,
        "worker_channel.update",
        f"{worker}/Channels/chat",
        {"Capacity": 4},
    )
    assert asked.state == "done"
    path = f"{road.ws}/Workers/{worker}/Channels/chat"
    assert road.api.get(path)["configured_capacity"] == 4


@pytest.mark.parametrize(
    ("kind", "subject", "changes", "words"),
    [
        ("worker.update", "WK" + "0" * 32, {"FriendlyName": "X"}, "not found"),
        ("worker.create", "", {"FriendlyName": ""}, "FriendlyName"),
        (
            "worker.create",
            "",
            {"FriendlyName": "Bo", "Attributes": "{oops"},
            "Attributes",
        ),
        ("activity.create", "", {"FriendlyName": "Break"}, "Break"),
    ],
    ids=["unknown", "no name", "bad attributes", "a second of one name"],
)
def test_a_refusal_is_kept_in_taskrouters_words(
    road: Road, person, kind, subject, changes, words
) -> None:
    before = len(road.api.get(f"{road.ws}/Workers")["workers"])
    command = commands.ask(road.workspace, person, kind, subject, changes)
    assert command.state == "refused"
    assert words in command.answer
    assert len(road.api.get(f"{road.ws}/Workers")["workers"]) == before


@pytest.mark.parametrize("subject", ["..", "", "WK1/../.."])
def test_a_command_never_reaches_the_workspace_itself(
    road: Road, person, subject
) -> None:
    command = commands.ask(road.workspace, person, "worker.delete", subject, {})
    assert command.state == "refused"
    assert road.api.get(road.ws)["friendly_name"] == "Floor"


def test_a_lost_answer_leaves_the_command_in_doubt(road: Road, person) -> None:
    Account.objects.update(base_url="http://127.0.0.1:9")
    lost = Workspace.objects.get(pk=road.workspace.pk)
    command = commands.ask(lost, person, "worker.update", "WK1", {"FriendlyName": "X"})
    assert command.state == "unknown"
    assert "look before asking again" in command.answer


def test_nothing_is_kept_of_an_account_that_taskrouter_does_not_know(
    road: Road,
) -> None:
    kept = Account.objects.count()
    with pytest.raises(commands.NotAuthorised):
        commands.connect(
            road.api.url, "AC" + "8" * 32, "wrong", road.workspace.sid, road.api.now
        )
    with pytest.raises(commands.Refused):
        commands.connect(road.api.url, *ACCOUNT, "WS" + "8" * 32, road.api.now)
    assert Account.objects.count() == kept


def test_the_token_is_encrypted_at_rest(road: Road) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT auth_token FROM statsync_account")
        stored = [row[0] for row in cursor.fetchall()]
    assert stored
    assert all(ACCOUNT[1] not in one for one in stored)
    assert Account.objects.get(sid=ACCOUNT[0]).auth_token == ACCOUNT[1]
