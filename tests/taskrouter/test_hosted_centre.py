"""The contact centre in a box over HTTP: with a clock that tests move, and its scripts."""

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from threading import Thread

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.box import ROOT
from tests.taskrouter.conftest import TaskRouter

SETTINGS = {"SIMULATION_PAST_DAYS": "0", "SIMULATION_SCRIPT": "clock-back"}


@pytest.fixture(scope="module")
def centre() -> Iterator[TaskRouter]:
    server = TaskRouter(settings=SETTINGS, options=("--simulate", "--clock=tests"))
    yield server.start()
    server.stop()


def command(
    server: TaskRouter, *words: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        env=server.environment | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def pass_minutes(server: TaskRouter, minutes: int) -> int:
    with server.http() as http:
        url = f"{server.url}/signalbox/v1/Clock"
        moved = http.post(url, data={"Seconds": str(minutes * 60)}, timeout=120)
    return int(moved.raise_for_status().json()["ms"])


def created(server: TaskRouter) -> list[dict]:
    """The attributes of every task that was ever created, by its time."""
    kept = json.loads((server.var / "taskrouter.json").read_text())
    workspace = server.sdk().taskrouter.v1.workspaces(kept["workspace_sid"])
    found = workspace.events.list(event_type="task.created", minutes=600)
    return [
        {"ms": one.event_date_ms, **json.loads(one.event_data["task_attributes"])}
        for one in found
    ]


def test_its_people_live_by_the_clock_that_is_moved(centre) -> None:
    end = pass_minutes(centre, 4)
    begins = end - 4 * 60_000
    first = [one for one in created(centre) if begins <= one["ms"] <= end]
    assert len(first) >= 5
    assert len({one["ms"] for one in first}) >= 5


def test_a_script_is_played_in_the_centre_that_runs(centre) -> None:
    played = command(centre, "script", "vip")
    assert played.stdout.startswith("Twelve VIPs in three minutes")
    pass_minutes(centre, 4)
    assert sum(one["vip"] for one in created(centre)) >= 12


def test_a_queue_that_a_script_left_mistyped_is_put_right_by_the_next_start() -> None:
    first = TaskRouter(
        settings={**SETTINGS, "SIMULATION_SCRIPT": "mistyped-expression"}
    )
    first.options = ("--simulate", "--clock=tests")
    first.start()
    pass_minutes(first, 1)
    assert asked_of_claims(first) == "skils HAS 'claims'"
    first.stop()
    first.settings = {**SETTINGS, "SIMULATION_SCRIPT": ""}
    first.start()
    pass_minutes(first, 1)
    assert asked_of_claims(first) == "skills HAS 'claims'"
    first.stop()


def asked_of_claims(server: TaskRouter) -> str:
    kept = json.loads((server.var / "taskrouter.json").read_text())
    workspace = server.sdk().taskrouter.v1.workspaces(kept["workspace_sid"])
    [queue] = workspace.task_queues.list(friendly_name="Claims")
    return str(queue.target_workers)


def test_an_unknown_script_is_refused_in_a_sentence(centre) -> None:
    with pytest.raises(CommandError, match="the scripts are storm, missed-offers, "):
        call_command("script", "tempest")
    with centre.http() as http:
        url = f"{centre.url}/signalbox/v1/Scripts"
        answer = http.post(url, data={"Script": "tempest"})
    assert answer.status_code == 400
    assert "There is no script 'tempest'" in answer.json()["message"]


def test_a_script_for_another_folder_s_centre_names_the_settings(
    centre, tmp_path
) -> None:
    played = command(centre, "script", "vip", SIGNALBOX_VAR=str(tmp_path))
    assert "serves another account than that of" in played.stderr
    assert "SIGNALBOX_VAR and TASKROUTER_PORT" in played.stderr


def test_a_script_is_played_to_no_other_server(centre) -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        Thread(target=other.handle_request, daemon=True).start()
        port = str(other.server_port)
        played = command(centre, "script", "vip", TASKROUTER_PORT=port)
    assert "is no TaskRouter; name the port" in played.stderr


def test_the_scripts_are_listed_with_a_sentence_each(centre) -> None:
    said = StringIO()
    call_command("script", "--list", stdout=said)
    listed = said.getvalue().splitlines()
    assert listed[0] == "storm                Four times the customers for 20 minutes."
    with centre.http() as http:
        told = http.get(f"{centre.url}/signalbox/v1/Scripts").json()["scripts"]
    assert [f"{one['name']:<19}  {one['does']}" for one in told] == listed


def test_where_no_centre_lives_a_script_is_refused(taskrouter, http) -> None:
    answer = http.post(f"{taskrouter.url}/signalbox/v1/Scripts")
    assert "no contact centre lives here" in answer.json()["message"]


def test_a_start_with_an_unknown_script_says_which_there_are() -> None:
    server = TaskRouter(settings={"SIMULATION_SCRIPT": "tempest"})
    refused = command(server, "taskrouter", "--simulate")
    assert refused.returncode == 1
    assert "SIMULATION_SCRIPT=tempest: There is no script 'tempest'" in refused.stderr
