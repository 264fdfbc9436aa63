"""What is common to all requests: who asks, from where, by which method, about what."""

from collections.abc import Iterator

import httpx
import pytest

from tests.taskrouter.conftest import TaskRouter

KEY = "SK" + "7" * 32


@pytest.fixture(scope="module")
def behind_proxy() -> Iterator[TaskRouter]:
    settings = {"TASKROUTER_PROXIES": "127.0.0.1/32"}
    settings["TASKROUTER_API_KEYS"] = f"{KEY}:secret"
    server = TaskRouter(settings=settings).start()
    yield server
    server.stop()


FORWARDED = {"X-Forwarded-Host": "api.example.com", "X-Forwarded-Proto": "https"}


def test_a_named_proxy_says_under_which_address_the_client_came(behind_proxy):
    with behind_proxy.http() as http:
        data = {"FriendlyName": "Floor"}
        made = http.post("/Workspaces", data=data, headers=FORWARDED).json()
        port = {**FORWARDED, "X-Forwarded-Port": "8443"}
        listed = http.get("/Workspaces", headers=port).json()
    assert made["url"] == f"https://api.example.com/v1/Workspaces/{made['sid']}"
    assert listed["meta"]["url"].startswith("https://api.example.com:8443/v1/")


def test_a_named_proxy_says_who_the_client_is(behind_proxy):
    with behind_proxy.http() as http:
        made = http.post(
            "/Workspaces",
            data={"FriendlyName": "Floor"},
            headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9, 127.0.0.1"},
        ).json()
        events = http.get(f"/Workspaces/{made['sid']}/Events").json()["events"]
    assert {event["source_ip_address"] for event in events} == {"203.0.113.9"}


def test_anybody_else_says_nothing_about_the_clients_address(taskrouter, http, ws):
    url = http.get(ws, headers=FORWARDED).json()["url"]
    assert url == f"{taskrouter.url}/v1{ws}"


@pytest.mark.parametrize("host", ["evil host", "a/b", "x@y:z"])
def test_a_host_that_is_none_is_refused(http, ws, host):
    answer = http.get(ws, headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_an_api_key_is_as_good_as_the_token(behind_proxy):
    sid, _ = behind_proxy.credentials
    url = f"{behind_proxy.url}/v1/Workspaces"
    made = httpx.post(url, auth=(KEY, "secret"), data={"FriendlyName": "Floor"})
    assert made.json()["account_sid"] == sid
    assert httpx.get(url, auth=(KEY, "wrong")).status_code == 401
    assert httpx.get(url, auth=(sid, "secret")).status_code == 401


def test_a_browser_may_ask_from_any_page(http, ws):
    asked = httpx.options(f"{http.base_url}{ws}".replace("/v1//", "/v1/"))
    assert asked.status_code == 204
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    answer = http.get(ws)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


def test_a_wrong_method_is_told_the_right_ones(http, ws):
    answer = http.put(ws)
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)
    assert "use GET or POST or DELETE" in answer.json()["message"]
    assert answer.headers["Allow"] == "GET, POST, DELETE, OPTIONS"


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_parameters_in_another_dress_than_a_form_are_told_what_to_wear(http, ws, kind):
    body, headers = b'{"FriendlyName": "Ann"}', {"Content-Type": kind}
    answer = http.post(f"{ws}/Workers", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, 20415)
    assert "application/x-www-form-urlencoded" in answer.json()["message"]


def test_head_is_get_without_a_body(http, ws):
    answer = http.head(f"{ws}/Tasks")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    ["/Tasks/WT" + "0" * 32, "/Nothing", "/Tasks/a%00b", "/Tasks/a%0ab/c/d"],
    ids=["sid", "kind", "null", "newline"],
)
def test_what_is_not_there_is_named_by_its_path(http, ws, path):
    answer = http.get(ws + path)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)
    message = answer.json()["message"]
    assert message.startswith(f"The requested resource {ws}/")
    assert message.endswith(" was not found")


def test_the_root_is_named_too(http):
    answer = http.get(str(http.base_url).rstrip("/"))
    assert answer.json()["message"] == "The requested resource /v1 was not found"


def test_who_wants_a_websocket_is_answered_plainly(http, ws):
    headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
    key = {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "c2lnbmFsYm94"}
    assert http.get(ws, headers=headers | key).status_code == 200


@pytest.mark.parametrize("known", [True, False], ids=["the account", "anybody"])
@pytest.mark.parametrize("told", [True, False], ids=["size told", "size untold"])
def test_a_body_that_is_too_large_is_read_no_further(taskrouter, known, told):
    """Nobody fills the disk, least of all who has no password."""
    parts = [b"a=" + b"x" * 1_000_000, *[b"x" * 1_000_000] * 63]
    answer = httpx.post(
        f"{taskrouter.url}/v1/Workspaces",
        content=b"".join(parts) if told else iter(parts),
        auth=taskrouter.credentials if known else None,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, 20413)
    assert "4194304 bytes" in answer.json()["message"]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "multipart/form-data"}, b"nonsense"),
        (
            {"Content-Type": "application/x-www-form-urlencoded; charset=utf-16"},
            b"A=1",
        ),
        (
            {"Content-Type": "application/x-www-form-urlencoded"},
            b"&".join(b"a%d=1" % n for n in range(2000)),
        ),
    ],
    ids=["multipart", "charset", "fields"],
)
def test_a_body_that_cannot_be_read_is_refused(http, ws, headers, body):
    answer = http.post(f"{ws}/Tasks", headers=headers, content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/Events", {"TaskSid": "a\0b"}),
        ("/Tasks", {"AssignmentStatus": "asleep"}),
        ("/Tasks", {"Ordering": "DateCreated:asc,VirtualStartTime:desc"}),
        ("/Tasks", {"Ordering": "Priority:up"}),
        ("/Tasks", {"Ordering": "Priority,Priority:desc"}),
        ("/Tasks", {"Priority": "high"}),
        ("/TaskQueues", {"Ordering": "Colour:asc"}),
        ("/TaskQueues", {"EvaluateWorkerAttributes": "[" * 5000}),
        ("/TaskQueues", {"EvaluateWorkerAttributes": "[]"}),
        ("/Workers", {"Ordering": "Colour"}),
        ("/Workers", {"TargetWorkersExpression": "a =="}),
        ("/Activities", {"PageSize": "²"}),
        ("/Activities", {"PageSize": "9" * 5000}),
        ("/Activities", {"PageSize": "0"}),
        ("/Activities", {"Page": "-1"}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_filter_that_makes_no_sense_is_refused_by_name(http, ws, path, query):
    answer = http.get(ws + path, params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)
    assert next(iter(query)) in answer.json()["message"]


def test_who_is_moved_to_where_he_is_has_not_moved(http, ws):
    worker = http.post(f"{ws}/Workers", data={"FriendlyName": "Ann"}).json()
    path = f"{ws}/Workers/{worker['sid']}"
    there = {"ActivitySid": worker["activity_sid"]}
    again = http.post(path, data=there).json()
    assert again["date_status_changed"] == worker["date_status_changed"]
    told = http.get(f"{ws}/Events", params={"WorkerSid": worker["sid"]}).json()
    types = [one["event_type"] for one in told["events"]]
    assert "worker.activity.update" not in types


@pytest.mark.parametrize("given", ["true", "YES", "1", " True "])
def test_true_is_true_in_a_filter_as_in_a_form(http, ws, given):
    data = {"FriendlyName": "Ready", "Available": given}
    made = http.post(f"{ws}/Activities", data=data).json()
    http.post(f"{ws}/Workers", data={"FriendlyName": "Ann", "ActivitySid": made["sid"]})
    query = {"Available": given, "ActivityName": "Ready"}
    workers = http.get(f"{ws}/Workers", params=query).json()["workers"]
    query = {"Available": given, "FriendlyName": "Ready"}
    activities = http.get(f"{ws}/Activities", params=query).json()["activities"]
    assert (len(workers), activities) == (1, [made])
