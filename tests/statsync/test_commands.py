"""Asking TaskRouter for a change: done or refused in words, and who asked is kept."""

import json
import sys
from collections.abc import Iterator

import httpx
import pytest
from django.contrib.auth.models import User
from django.db import connection

from statsync import commands, connections, secret, sync
from statsync.actions import commands as actions
from statsync.client import Client
from statsync.models import Account, Command, Workspace
from statsync.queries import resources, trust
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


ANN = "WK" + "a" * 32


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


def answering(monkeypatch, handler) -> None:
    made = Client("http://taskrouter.test", *ACCOUNT, httpx.MockTransport(handler))
    monkeypatch.setattr(connections, "of", lambda workspace: made)


def test_who_is_asked_too_often_has_refused(road: Road, person, monkeypatch) -> None:
    answering(monkeypatch, lambda request: httpx.Response(429, text="{}"))
    command = commands.ask(road.workspace, person, "worker.delete", ANN, {})
    assert command.state == "refused"
    assert "Nothing was done" in command.answer


BROKEN_MIRROR = """
CREATE TRIGGER broken BEFORE UPDATE ON statsync_resource
BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
"""


def test_a_change_that_cannot_be_mirrored_is_done_all_the_same(
    road: Road, person
) -> None:
    worker = road.worker("Ann")
    road.settle()
    sync.resources(road.workspace, 60)
    with connection.cursor() as cursor:
        cursor.execute(BROKEN_MIRROR)
    command = commands.ask(
        road.workspace, person, "worker.update", worker, {"FriendlyName": "Anna"}
    )
    assert command.state == "done"
    assert Command.objects.get(pk=command.pk).state == "done"
    assert road.api.get(f"{road.ws}/Workers/{worker}")["friendly_name"] == "Anna"


def test_a_command_whose_asker_was_killed_is_in_doubt_after_a_minute(
    road: Road, person
) -> None:
    asked_ms = road.api.now
    subject = (ANN, "Ann")
    command, _ = actions.asked(
        road.workspace, person, "worker.update", subject, {}, {}, asked_ms
    )
    actions.doubt_old(road.workspace, asked_ms + 59_000)
    assert Command.objects.get().state == "sent"
    actions.doubt_old(road.workspace, asked_ms + 61_000)
    assert trust.doubts(road.workspace).commands_unknown == 1
    row = road.live("change", f"command:{command.pk}")
    assert "no answer came" in row["text"]


def test_the_same_form_sent_twice_is_asked_once(road: Road, person) -> None:
    asked = [
        commands.ask(
            road.workspace,
            person,
            "activity.create",
            "",
            {"FriendlyName": name},
            form_key="form 1",
        )
        for name in ("Meeting", "Meeting", "Training")
    ]
    assert [one.state for one in asked] == ["done", "done", "done"]
    assert asked[0] == asked[1]
    assert {"Meeting", "Training"} <= road.activities().keys()
    assert Command.objects.count() == 2


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


def test_nothing_is_kept_when_a_list_cannot_be_read(db, monkeypatch) -> None:
    sid = "WS" + "7" * 32

    def breaking(request):
        if request.url.path.endswith(sid):
            return httpx.Response(200, json={"sid": sid, "friendly_name": "Half"})
        return httpx.Response(404, json={"code": 20404, "message": "gone"})

    def made(*account):
        return Client(*account, httpx.MockTransport(breaking))

    monkeypatch.setattr(sys.modules["statsync.commands.connect"], "Client", made)
    with pytest.raises(commands.Refused):
        commands.connect("http://taskrouter.test", *ACCOUNT, sid, 1)
    assert Workspace.objects.count() == Account.objects.count() == 0


@pytest.fixture
def lost_key(settings, tmp_path, road: Road) -> Iterator[None]:
    """The file that opens the tokens is gone; another is made at first need."""
    settings.TOKEN_KEYS_FILE = tmp_path / "token.keys"
    secret.keys.cache_clear()
    yield
    secret.keys.cache_clear()


def test_an_account_whose_key_is_lost_is_connected_anew(road: Road, lost_key) -> None:
    with pytest.raises(secret.WrongKey):
        connections.of(Workspace.objects.get())
    at = (road.api.url, *ACCOUNT, road.workspace.sid, road.api.now)
    assert commands.connect(*at, callbacks=False).workspace == road.workspace
    assert Account.objects.get().auth_token == ACCOUNT[1]


def test_a_callback_that_taskrouter_will_not_make_is_said_in_words(road: Road) -> None:
    at = (road.api.url, *ACCOUNT, road.workspace.sid, road.api.now)
    connected = commands.connect(*at)
    assert connected.workspace == road.workspace
    assert "will not call http://" in connected.warning
    assert "EventCallbackUrl" in connected.warning
    assert "polling" in connected.warning
    assert not Workspace.objects.get().callbacks
    assert commands.connect(*at, callbacks=False).warning == ""


def test_the_token_is_encrypted_at_rest(road: Road) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT auth_token FROM statsync_account")
        stored = [row[0] for row in cursor.fetchall()]
    assert stored
    assert all(ACCOUNT[1] not in one for one in stored)
    assert Account.objects.get(sid=ACCOUNT[0]).auth_token == ACCOUNT[1]
