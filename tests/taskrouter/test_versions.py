"""ETag and If-Match: nobody writes over what he has not seen."""

import pytest


@pytest.fixture
def task(http, ws):
    return http.post(f"{ws}/Tasks", data={"Attributes": "{}"})


@pytest.mark.parametrize("path", ["/Tasks", "/Workers"])
def test_a_lists_version_changes_with_its_rows(http, ws, path):
    before = http.get(ws + path).headers["ETag"]
    assert http.get(ws + path).headers["ETag"] == before
    http.post(ws + path, data={"FriendlyName": "Ann"})
    assert http.get(ws + path).headers["ETag"] != before


def test_a_version_is_taken_with_quotes_or_without(http, ws, task):
    path = f"{ws}/Tasks/{task.json()['sid']}"
    bare = {"If-Match": task.headers["ETag"].strip('"')}
    first = http.post(path, data={"Priority": 1}, headers=bare)
    quoted = {"If-Match": first.headers["ETag"]}
    assert http.delete(path, headers=quoted).status_code == 204


@pytest.mark.parametrize("given", ['"98", {}', '{},"99"', "98, {}", '"98", {}, "x,y"'])
def test_of_several_versions_one_must_be_the_present_one(http, ws, task, given):
    path = f"{ws}/Tasks/{task.json()['sid']}"
    headers = {"If-Match": given.format(task.headers["ETag"])}
    assert http.post(path, data={"Priority": 7}, headers=headers).status_code == 200
    assert http.post(path, data={"Priority": 8}, headers=headers).status_code == 412
    assert http.get(path).json()["priority"] == 7


@pytest.mark.parametrize(
    "given", ['"99"', '"abc"', "²", 'W/"0"', "9" * 5000, '"98", "99"', ","]
)
def test_any_other_version_changes_nothing(http, ws, task, given):
    path = f"{ws}/Tasks/{task.json()['sid']}"
    headers = {"If-Match": given.encode()}
    answers = [
        http.post(path, data={"Priority": 7}, headers=headers),
        http.delete(path, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [412, 412]
    assert answers[0].json()["code"] == 20412
    assert http.get(path).json()["priority"] == 0


def test_what_is_not_there_has_no_version_to_be_wrong(http, ws):
    path = f"{ws}/Tasks/WT{'0' * 32}"
    assert http.delete(path, headers={"If-Match": '"abc"'}).status_code == 404


@pytest.mark.parametrize("parent", ["Tasks", "Workers"])
def test_reservations_have_versions_under_both_parents(http, ws, parent):
    available = http.get(f"{ws}/Activities?Available=true").json()["activities"][0]
    data = {"FriendlyName": "Ann", "ActivitySid": available["sid"]}
    worker = http.post(f"{ws}/Workers", data=data).json()["sid"]
    task = http.post(f"{ws}/Tasks").json()["sid"]
    path = f"{ws}/{parent}/{task if parent == 'Tasks' else worker}/Reservations"
    listed = http.get(path)
    sid = listed.json()["reservations"][0]["sid"]
    version = http.get(f"{path}/{sid}").headers["ETag"]
    data = {"ReservationStatus": "accepted"}
    wrong = http.post(f"{path}/{sid}", data=data, headers={"If-Match": "99"})
    right = http.post(f"{path}/{sid}", data=data, headers={"If-Match": version})
    assert (wrong.status_code, right.status_code) == (412, 200)
    assert right.headers["ETag"] != version
    assert http.get(path).headers["ETag"] != listed.headers["ETag"]
