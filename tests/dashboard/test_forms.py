"""Forms ask TaskRouter, show its refusals beside the field, and change nothing here."""

import json

import pytest

from statsync.models import Command
from tests.dashboard.filled import opened, read, said
from tests.road import Road


def address_of(shift: Road) -> str:
    return f"/manage/workers/{shift.ann}/"


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
    changes = {
        "name": "Anna",
        "activity_sid": ready.activities()["Break"],
        "attributes": '{"team": "Blue"}',
        "capacity_chat": "3",
    }
    answer = admin.post(address_of(ready), opened(admin, address_of(ready)) | changes)
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


def test_a_form_opened_before_a_break_does_not_end_the_break(
    admin, ready: Road
) -> None:
    form = opened(admin, address_of(ready))
    ready.set_activity(ready.ann, "Break")
    ready.post(f"/Workers/{ready.ann}/Channels/voice", Capacity=7)
    ready.post(f"/Workers/{ready.ann}", Attributes='{"site": "Kiel"}')
    form |= {"attributes": '{"skills": ["en"]}'}
    assert admin.post(address_of(ready), form).status_code == 302
    now = at_taskrouter(ready)
    assert now["activity_name"] == "Break"
    assert json.loads(now["attributes"]) == {"site": "Kiel", "skills": ["en"]}
    assert at_taskrouter(ready, "/Channels/voice")["configured_capacity"] == 7
    [asked] = Command.objects.all()
    assert json.loads(asked.after).keys() == {"Attributes"}


MINE_OR_THEIRS = {
    "mine": ("Ann B.", "Blue", 3),
    "theirs": ("Ann C.", "Red", 7),
}


@pytest.mark.parametrize("choice", MINE_OR_THEIRS)
def test_where_both_changed_the_same_the_person_chooses(
    admin, ready: Road, choice
) -> None:
    form = opened(admin, address_of(ready))
    ready.post(
        f"/Workers/{ready.ann}", FriendlyName="Ann C.", Attributes='{"team": "Red"}'
    )
    ready.post(f"/Workers/{ready.ann}/Channels/chat", Capacity=7)
    form |= {"name": "Ann B.", "attributes": '{"team": "Blue"}', "capacity_chat": "3"}
    answer = admin.post(address_of(ready), form)
    assert answer.status_code == 400
    page = said(answer)
    for word in ("Ann B.", "Ann C.", '"Blue"', '"Red"', "Choose, then save again"):
        assert word in page
    assert at_taskrouter(ready)["friendly_name"] == "Ann C."
    chosen = {
        f"choose:{place}": choice
        for place in ("name", "attributes.team", "capacity_chat")
    }
    again = admin.post(address_of(ready), read(answer.content.decode()) | chosen)
    assert again.status_code == 302
    now = at_taskrouter(ready)
    chat = at_taskrouter(ready, "/Channels/chat")["configured_capacity"]
    team = json.loads(now["attributes"])["team"]
    assert (now["friendly_name"], team, chat) == MINE_OR_THEIRS[choice]


def test_a_page_that_lacks_what_it_showed_is_not_believed(admin, ready: Road) -> None:
    form = opened(admin, address_of(ready))
    del form["activity_sid_before"]
    answer = admin.post(address_of(ready), form | {"name": "Anna"})
    assert answer.status_code == 400
    assert "Reload it" in said(answer)
    assert at_taskrouter(ready)["friendly_name"] == "Ann"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"attributes": "{oops"}, "Not valid JSON at line 1, column 2"),
        ({"attributes": "[1]"}, "A JSON object is needed"),
        ({"attributes": '{"a": ' + "9" * 5000 + "}"}, "too many digits"),
        ({"attributes": '{"a": "\\ud800"}'}, "Half a character"),
        ({"attributes": '{"a": ' + "[" * 2000 + "]" * 2000 + "}"}, "Nested too deeply"),
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
    form = opened(admin, address_of(ready)) | changes
    answer = admin.post(address_of(ready), form)
    assert answer.status_code == 400
    assert words in said(answer)
    assert at_taskrouter(ready) == before
    assert Command.objects.count() == 0


def test_taskrouters_refusal_stands_at_its_field(admin, ready: Road) -> None:
    ready.worker("Bo", voice=1)
    form = opened(admin, address_of(ready)) | {"name": "Bo"}
    answer = admin.post(address_of(ready), form)
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


def test_a_double_press_creates_one_worker(admin, ready: Road) -> None:
    form = opened(admin, "/manage/workers/new/") | {"name": "Cy"}
    first = admin.post("/manage/workers/new/", form)
    second = admin.post("/manage/workers/new/", form)
    assert first["Location"] == second["Location"]
    assert Command.objects.count() == 1


def test_a_refused_form_that_is_sent_again_is_asked_again(admin, ready: Road) -> None:
    bo = ready.worker("Bo")
    form = opened(admin, "/manage/workers/new/") | {"name": "Bo"}
    refused = admin.post("/manage/workers/new/", form)
    assert refused.status_code == 400
    ready.post(f"/Workers/{bo}", FriendlyName="Bob")
    again = admin.post("/manage/workers/new/", read(refused.content.decode()))
    assert again.status_code == 302


def test_a_form_whose_command_is_under_way_says_so(admin, ready: Road) -> None:
    form = opened(admin, "/manage/workers/new/") | {"name": "Cy"}
    admin.post("/manage/workers/new/", form)
    Command.objects.update(state="sent")
    again = admin.post("/manage/workers/new/", form)
    assert again.status_code == 400
    assert "asked already" in said(again)


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
