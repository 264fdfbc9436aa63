"""Kills, second starts and broken ground: nothing answered is lost, and words say why."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.box import ROOT
from tests.taskrouter.conftest import TaskRouter, change_rows


@pytest.fixture
def own():
    server = TaskRouter().start()
    yield server
    if server.process.poll() is None:
        server.stop()


def refused(server: TaskRouter, *options: str, **more: str) -> str:
    """What a start says that must fail."""
    done = subprocess.run(
        [sys.executable, "manage.py", "taskrouter", *options],
        env={**server.environment, **more},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


def test_what_was_answered_is_there_after_kill_9(own) -> None:
    with own.http() as http:
        made = http.post(
            "/Workspaces", data={"FriendlyName": "Floor", "Template": "FIFO"}
        ).json()
        path = f"/Workspaces/{made['sid']}/Workers"
        sids = {
            http.post(path, data={"FriendlyName": f"W{n}"}).json()["sid"]
            for n in range(30)
        }
        own.kill()
        own.start()
        found = http.get(path).json()["workers"]
        assert {one["sid"] for one in found} == sids
        events = http.get(f"/Workspaces/{made['sid']}/Events?PageSize=1000").json()[
            "events"
        ]
        told = [
            one["resource_sid"]
            for one in events
            if one["event_type"] == "worker.created"
        ]
        assert (len(told), set(told)) == (30, sids)


def test_a_token_that_is_set_takes_the_place_of_the_one_before(own) -> None:
    sid, _ = own.credentials
    own.stop()
    own.settings = {"TASKROUTER_ACCOUNT_SID": sid, "TASKROUTER_AUTH_TOKEN": "secret"}
    own.start()
    assert own.credentials == (sid, "secret")
    with own.http() as http:
        assert http.get("/Workspaces").status_code == 200


def test_an_account_that_is_set_later_is_refused_with_both_names(own) -> None:
    sid, _ = own.credentials
    own.stop()
    other = "AC" + "0" * 32
    said = refused(own, TASKROUTER_ACCOUNT_SID=other)
    assert f"TASKROUTER_ACCOUNT_SID={other}" in said
    assert f"belongs to the account {sid}" in said


def test_it_ends_within_ten_seconds_when_asked_to(own) -> None:
    assert own.stop() == 0


def test_a_second_one_on_the_same_database_is_refused_in_a_sentence(own) -> None:
    said = refused(own, TASKROUTER_PORT=str(TaskRouter().port))
    assert "already runs on" in said
    assert "TASKROUTER_DATABASE_URL" in said


def test_a_taken_port_is_named_with_the_remedy(own) -> None:
    said = refused(TaskRouter(port=own.port))
    assert f"TASKROUTER_PORT={own.port}" in said
    assert "set TASKROUTER_PORT" in said


@pytest.mark.parametrize("port", ["-1", "65536", "http", "²"])
def test_a_port_that_is_none_is_refused_with_the_bounds(port) -> None:
    said = refused(TaskRouter(), f"--port={port}")
    assert f"{port!r} is no port; use 0 to 65535" in said


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("TASKROUTER_PORT", "eighty", "TASKROUTER_PORT=eighty"),
        ("TASKROUTER_PORT", "70000", "TASKROUTER_PORT=70000"),
        ("TASKROUTER_CALLBACK_ALLOW", "everywhere", "write networks, as 127.0.0.0/8"),
        ("TASKROUTER_ACCOUNT_SID", "AC1", "TASKROUTER_ACCOUNT_SID=AC1: use AC and 32"),
        ("SIMULATION_SEED", "x", "SIMULATION_SEED=x"),
        ("SIMULATION_ZONE", "Mars/Base", "SIMULATION_ZONE=Mars/Base: use a time zone"),
        ("TASKROUTER_DATABASE_URL", "mysql://x", "TASKROUTER_DATABASE_URL"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(setting, value, words) -> None:
    assert words in refused(TaskRouter(), **{setting: value})


def test_a_var_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    said = refused(TaskRouter(), SIGNALBOX_VAR=str(blocked / "var"))
    assert "SIGNALBOX_VAR=" in said
    assert "cannot be written" in said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE taskrouter_record SET body = '{' WHERE kind = 'activity'",
        "UPDATE taskrouter_record SET kind = 'planet' WHERE kind = 'activity'",
        "DELETE FROM taskrouter_record WHERE kind = 'activity'",
        "INSERT INTO taskrouter_outbox (kind, subject_sid, body) VALUES ('', '', '{')",
    ],
    ids=["cut", "unknown", "missing", "letter"],
)
def test_rows_that_are_damaged_stop_the_start_with_the_remedy(own, statement) -> None:
    with own.http() as http:
        made = http.post("/Workspaces", data={"FriendlyName": "Floor"}).json()
        http.post(f"/Workspaces/{made['sid']}/Workers", data={"FriendlyName": "Ann"})
    own.stop()
    change_rows(own, statement)
    said = refused(own)
    assert f"{own.var / 'taskrouter.sqlite3'} is damaged" in said
    assert "put a backup of it in its place" in said


def test_who_asks_while_the_database_breaks_is_told_that_nothing_changed(own) -> None:
    with own.http() as http:
        change_rows(own, "ALTER TABLE taskrouter_record RENAME TO gone")
        answer = http.post("/Workspaces", data={"FriendlyName": "Floor"})
    assert (answer.status_code, answer.json()["code"]) == (503, 20503)
    assert "no such table: taskrouter_record" in answer.json()["message"]
    assert own.process.wait(10) != 0
    change_rows(own, "ALTER TABLE gone RENAME TO taskrouter_record")
    own.start()


def test_an_account_that_cannot_be_kept_stops_the_start_with_the_remedy(own) -> None:
    own.stop()
    (own.var / "taskrouter.draft").mkdir()
    own.start()
    own.stop()
    (own.var / "taskrouter.json").unlink()
    said = refused(own)
    assert "taskrouter.json: cannot be written" in said
    assert "set SIGNALBOX_VAR" in said


@pytest.mark.parametrize("option", ["--ready-fd", "--follow-pipe"])
def test_a_descriptor_that_is_not_open_is_refused(option) -> None:
    assert "'77' is no open descriptor" in refused(TaskRouter(), f"{option}=77")
