"""Forms ask TaskRouter, show its refusals beside the field, and change nothing here."""

import html
import json

import pytest

from statsync.models import Command
from tests.road import Road


def said(answer) -> str:
    return html.unescape(answer.content.decode())


def worker_form(shift: Road, **changes: object) -> dict[str, object]:
    """What the page would send unchanged, and the changes."""
    return {
        "name": "Ann",
        "activity_sid": shift.activities()["Available"],
        "attributes": "{}",
        "attributes_before": "{}",
        **{f"capacity_{one}": 1 for one in channels(shift)},
        **{f"on_{one}": "on" for one in channels(shift)},
        **changes,
    }


def channels(shift: Road) -> list[str]:
    found = shift.api.get(f"{shift.ws}/Workers/{shift.ann}/Channels")["channels"]
    return [one["task_channel_unique_name"] for one in found]


def at_taskrouter(shift: Road, path: str = "") -> dict:
    return shift.api.get(f"{shift.ws}/Workers/{shift.ann}{path}")


@pytest.fixture
def ready(shift: Road) -> Road:
    """With the capacities read, as at first contact."""
    from statsync import sync

    sync.resources(shift.workspace, 60)
    return shift


def test_the_worker_form_changes_name_activity_attributes_and_capacity(
    admin, ready: Road
) -> None:
    form = worker_form(
        ready,
        name="Anna",
        activity_sid=ready.activities()["Break"],
        attributes='{"team": "Blue"}',
        capacity_chat=3,
    )
    answer = admin.post(f"/manage/workers/{ready.ann}/", form)
    assert answer.status_code == 302
    now = at_taskrouter(ready)
    assert (now["friendly_name"], now["activity_name"]) == ("Anna", "Break")
    assert json.loads(now["attributes"]) == {"team": "Blue"}
    assert at_taskrouter(ready, "/Channels/chat")["configured_capacity"] == 3
    assert {one.state for one in Command.objects.all()} == {"done"}


def test_what_taskrouter_changed_is_what_the_form_shows(admin, ready: Road) -> None:
    ready.set_activity(ready.ann, "Break")
    ready.post(f"/Workers/{ready.ann}/Channels/voice", Capacity=7)
    ready.settle()
    page = said(admin.get(f"/manage/workers/{ready.ann}/"))
    chosen = ready.activities()["Break"]
    assert f'<option value="{chosen}" selected>' in page
    assert 'name="capacity_voice" value="7"' in page


def test_a_key_changed_elsewhere_is_kept_and_a_clash_is_shown(
    admin, ready: Road
) -> None:
    ready.post(f"/Workers/{ready.ann}", Attributes='{"site": "Kiel", "team": "Red"}')
    address = f"/manage/workers/{ready.ann}/"
    form = worker_form(ready, attributes='{"level": 2}', attributes_before="{}")
    assert admin.post(address, form).status_code == 302
    assert json.loads(at_taskrouter(ready)["attributes"]) == {
        "site": "Kiel",
        "team": "Red",
        "level": 2,
    }
    clash = worker_form(ready, attributes='{"team": "Blue"}', attributes_before="{}")
    answer = admin.post(address, clash)
    assert answer.status_code == 400
    assert 'team: changed meanwhile to "Red"' in said(answer)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"attributes": "{oops"}, "Not valid JSON at line 1, column 2"),
        ({"attributes": "[1]"}, "A JSON object is needed"),
        ({"attributes": json.dumps({"a": "x" * 5000})}, "at most 4096"),
        ({"capacity_voice": -1}, "greater than or equal to 0"),
        ({"capacity_voice": "many"}, "whole number"),
        ({"name": ""}, "required"),
        ({"activity_sid": "WA" + "0" * 32}, "not one of the available choices"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_mistake_is_named_at_its_field_and_nothing_is_asked(
    admin, ready: Road, changes, words
) -> None:
    before = at_taskrouter(ready)
    form = worker_form(ready, **changes)
    answer = admin.post(f"/manage/workers/{ready.ann}/", form)
    assert answer.status_code == 400
    assert words in said(answer)
    assert at_taskrouter(ready) == before
    assert Command.objects.count() == 0


def test_taskrouters_refusal_stands_at_its_field(admin, ready: Road) -> None:
    ready.worker("Bo", voice=1)
    form = worker_form(ready, name="Bo")
    answer = admin.post(f"/manage/workers/{ready.ann}/", form)
    assert answer.status_code == 400
    assert "TaskRouter: " in said(answer)
    assert at_taskrouter(ready)["friendly_name"] == "Ann"


def test_a_worker_is_created_and_deleted(admin, ready: Road) -> None:
    form = {
        "name": "Cy",
        "activity_sid": ready.activities()["Offline"],
        "attributes": "",
    }
    made = admin.post("/manage/workers/new/", form)
    assert made.status_code == 302
    sid = made["Location"].split("/")[-2]
    assert ready.api.get(f"{ready.ws}/Workers/{sid}")["friendly_name"] == "Cy"
    gone = admin.post(f"/manage/workers/{sid}/delete/", follow=True)
    assert "deleted" in said(gone)
    assert sid not in str(ready.api.get(f"{ready.ws}/Workers"))


def test_a_refused_deletion_says_why(admin, ready: Road) -> None:
    ready.accept(ready.task(ready.inbound))
    answer = admin.post(f"/manage/workers/{ready.ann}/delete/", follow=True)
    assert "Not deleted. TaskRouter:" in said(answer)
    assert at_taskrouter(ready)["sid"] == ready.ann


@pytest.mark.parametrize("sid", ["..", ".", "WK1", "WA" + "0" * 32, "%2e%2e"])
@pytest.mark.parametrize("what", ["delete/", "activity/", ""])
def test_an_address_without_a_workers_sid_is_no_page(
    admin, ready: Road, sid, what
) -> None:
    before = ready.api.get(ready.ws)
    answer = admin.post(f"/manage/workers/{sid}/{what}", {"activity_sid": "WA1"})
    assert answer.status_code == 404
    assert ready.api.get(ready.ws) == before
    assert Command.objects.count() == 0


@pytest.mark.parametrize("what", ["delete/", "rename/"])
def test_an_address_without_an_activitys_sid_is_no_page(
    admin, ready: Road, what
) -> None:
    answer = admin.post(f"/manage/activities/../{what}", {"name": "Gone"})
    assert answer.status_code == 404
    assert ready.api.get(ready.ws)["friendly_name"] == "Floor"
    assert Command.objects.count() == 0


def test_activities_are_created_renamed_and_deleted(admin, ready: Road) -> None:
    admin.post("/manage/activities/", {"name": "Meeting"})
    sid = ready.activities()["Meeting"]
    admin.post(f"/manage/activities/{sid}/rename/", {"name": "Team talk"})
    assert ready.activities()["Team talk"] == sid
    page = said(admin.post(f"/manage/activities/{sid}/delete/", follow=True))
    assert "deleted" in page
    assert "Team talk" not in ready.activities()


def test_an_activity_in_use_is_not_deleted_and_a_name_twice_is_refused(
    admin, ready: Road
) -> None:
    sid = ready.activities()["Available"]
    page = said(admin.post(f"/manage/activities/{sid}/delete/", follow=True))
    assert "Not deleted. TaskRouter:" in page
    twice = admin.post("/manage/activities/", {"name": "Break"})
    assert twice.status_code == 400
    assert "TaskRouter: " in said(twice)


def test_the_quick_change_on_a_board_answers_in_words(
    admin, supervisor, ready: Road
) -> None:
    address = f"/manage/workers/{ready.ann}/activity/"
    done = admin.post(address, {"activity_sid": ready.activities()["Break"]})
    assert (done.status_code, done.json()["state"]) == (200, "done")
    refused = admin.post(address, {"activity_sid": "WA" + "0" * 32})
    assert (refused.status_code, refused.json()["state"]) == (409, "refused")
    assert admin.post(address, {}).status_code == 400
    assert supervisor.post(address, {}).status_code == 403
    assert admin.get(address).status_code == 405


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"auth_token": "wrong"}, "TaskRouter: "),
        ({"workspace_sid": "WS" + "0" * 32}, "TaskRouter: "),
        ({"base_url": "http://127.0.0.1:9"}, "cannot be reached"),
        ({"base_url": "gopher"}, "valid URL"),
        ({"account_sid": "AC1"}, "32 hexadecimal digits"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_account_that_cannot_be_connected_is_said_at_its_field(
    admin, ready: Road, changes, words
) -> None:
    from statsync.models import Workspace
    from tests.road import ACCOUNT

    form = {
        "base_url": ready.api.url,
        "account_sid": ACCOUNT[0],
        "auth_token": ACCOUNT[1],
        "workspace_sid": ready.workspace.sid,
        **changes,
    }
    answer = admin.post("/connect/", form)
    assert answer.status_code == 400
    assert words in said(answer)
    assert ACCOUNT[1] not in said(answer).replace(str(changes), "")
    assert Workspace.objects.count() == 1
