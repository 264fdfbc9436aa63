"""What TaskRouter refuses: status, code, a sentence that names the parameter, no change."""

import httpx
import pytest

UNKNOWN = "0" * 32


@pytest.mark.parametrize(
    ("path", "data", "status", "names"),
    [
        (f"/Workers/WK{UNKNOWN}", {"FriendlyName": "X"}, 404, "not found"),
        ("/Workers", {}, 400, "FriendlyName"),
        ("/Workers", {"FriendlyName": "A", "Attributes": "{oops"}, 400, "Attributes"),
        ("/Workers", {"FriendlyName": "A", "Attributes": "[1]"}, 400, "Attributes"),
        (
            "/Workers",
            {"FriendlyName": "A", "ActivitySid": f"WA{UNKNOWN}"},
            400,
            "Activity",
        ),
        (
            "/TaskQueues",
            {"FriendlyName": "Q", "TargetWorkers": "skills HAS"},
            400,
            "TargetWorkers",
        ),
        (
            "/TaskQueues",
            {"FriendlyName": "Q", "MaxReservedWorkers": "51"},
            400,
            "MaxReservedWorkers",
        ),
        (
            "/Workflows",
            {"FriendlyName": "W", "Configuration": "{"},
            400,
            "Configuration",
        ),
        (
            "/Workflows",
            {
                "FriendlyName": "W",
                "Configuration": f'{{"task_routing": {{"default_filter": {{"queue": "WQ{UNKNOWN}"}}}}}}',
            },
            400,
            "WQ",
        ),
        ("/Tasks", {"WorkflowSid": f"WW{UNKNOWN}"}, 400, "Workflow"),
        ("/Tasks", {"Timeout": "-1"}, 400, "Timeout"),
        ("/Tasks", {"Priority": "9" * 19}, 400, "is not between 0 and 2147483647"),
        ("/Activities", {"FriendlyName": ""}, 400, "FriendlyName"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_request_is_refused_in_words_and_changes_nothing(
    http, ws, path, data, status, names
) -> None:
    kind = path.split("/")[1]
    before = http.get(f"{ws}/{kind}").json()
    answer = http.post(ws + path, data=data)
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert names.lower() in body["message"].lower()
    assert isinstance(body["code"], int)
    assert body["more_info"].startswith("https://")
    assert http.get(f"{ws}/{kind}").json() == before


def test_a_capacity_below_nothing_is_refused(http, ws) -> None:
    worker = http.post(f"{ws}/Workers", data={"FriendlyName": "Ann"}).json()["sid"]
    path = f"{ws}/Workers/{worker}/Channels/voice"
    answer = http.post(path, data={"Capacity": "-1"})
    assert answer.status_code == 400
    assert "Capacity" in answer.json()["message"]
    assert http.get(path).json()["configured_capacity"] == 1


@pytest.mark.parametrize(
    "auth", [("AC" + UNKNOWN, "wrong"), None, ("", "")], ids=["wrong", "none", "empty"]
)
def test_who_does_not_know_the_token_learns_nothing(taskrouter, auth) -> None:
    answer = httpx.get(f"{taskrouter.url}/v1/Workspaces", auth=auth)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_queue_in_use_cannot_be_deleted(http, ws) -> None:
    [workflow] = http.get(f"{ws}/Workflows").json()["workflows"]
    queues = http.get(f"{ws}/TaskQueues").json()["task_queues"]
    used = next(one["sid"] for one in queues if one["sid"] in workflow["configuration"])
    assert http.delete(f"{ws}/TaskQueues/{used}").status_code == 400
    assert http.get(f"{ws}/TaskQueues/{used}").status_code == 200


def test_a_change_on_top_of_another_is_refused_when_the_version_is_asked_for(
    http, ws
) -> None:
    made = http.post(f"{ws}/Workers", data={"FriendlyName": "Ann"})
    path, version = f"{ws}/Workers/{made.json()['sid']}", made.headers["ETag"]
    first = http.post(path, data={"FriendlyName": "Bea"}, headers={"If-Match": version})
    second = http.post(path, data={"FriendlyName": "Cy"}, headers={"If-Match": version})
    assert (first.status_code, second.status_code) == (200, 412)
    assert http.get(path).json()["friendly_name"] == "Bea"
