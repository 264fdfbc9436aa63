"""Why a task waits, over HTTP, by the address of ours beside the API."""

import json
from dataclasses import dataclass
from typing import Any, get_args

import httpx
import pytest

from taskrouter.engine.matching import Hindrance
from tests.box import ROOT


@dataclass
class Floor:
    """Ann in a queue that asks for billing, and a workflow that leads there."""

    http: httpx.Client
    ws: str
    ann: str
    queue: str
    workflow: str

    def task(self, **attributes: Any) -> str:
        form = {"Attributes": json.dumps(attributes), "WorkflowSid": self.workflow}
        made = self.http.post(f"{self.ws}/Tasks", data=form).raise_for_status()
        return str(made.json()["sid"])

    def explanation(self, task: str, **query: Any) -> dict[str, Any]:
        answer = self.http.get(self.address(task), params=query).raise_for_status()
        return dict(answer.json())

    def address(self, task: str) -> str:
        root = str(self.http.base_url).rstrip("/").removesuffix("/v1")
        return f"{root}/signalbox/v1{self.ws}/Tasks/{task}/Explanation"


@pytest.fixture
def floor(http: httpx.Client, ws: str) -> Floor:
    def made(path: str, **form: str) -> str:
        answer = http.post(f"{ws}/{path}", data=form).raise_for_status()
        return str(answer.json()["sid"])

    activities = http.get(f"{ws}/Activities").json()["activities"]
    available = next(one["sid"] for one in activities if one["available"])
    queue = made(
        "TaskQueues", FriendlyName="Billing", TargetWorkers="skills HAS 'billing'"
    )
    targets = [{"queue": queue, "timeout": 600}]
    filters = [
        {"expression": "kind == 'x'", "targets": targets},
        {"expression": "1==1", "targets": targets},
    ]
    routing = {"task_routing": {"filters": filters}}
    return Floor(
        http,
        ws,
        made(
            "Workers",
            FriendlyName="Ann",
            ActivitySid=available,
            Attributes='{"skils": ["billing"]}',
        ),
        queue,
        made("Workflows", FriendlyName="Way", Configuration=json.dumps(routing)),
    )


def test_a_waiting_task_tells_its_way_its_place_and_why_nobody_has_it(floor) -> None:
    told = floor.explanation(floor.task())
    assert told["assignment_status"] == "pending"
    assert told["text"].startswith("It waits in Billing, number 1 of 1, in this target")
    assert [one["matches"] for one in told["filters"]] == [False, True]
    assert told["filters"][0]["clause"]["names"] == [
        {"name": "kind", "value": None, "missing": True}
    ]
    assert (told["target"]["filter"], told["target"]["progress"]) == (1, "here")
    assert told["filters"][1]["targets"] == [told["target"]]
    assert told["line"] == {"position": 1, "length": 1}
    [ann] = told["workers"]
    assert (ann["worker_name"], ann["verdict"]) == ("Ann", "not_offered")
    assert [one["reason"] for one in ann["reasons"]] == ["queue"]
    assert ann["reasons"][0]["clause"]["clause"] == "skills HAS 'billing'"


def test_a_ringing_task_tells_its_offers_and_an_ended_one_how_it_ended(floor) -> None:
    task = floor.task()
    worker = f"{floor.ws}/Workers/{floor.ann}"
    floor.http.post(worker, data={"Attributes": '{"skills": ["billing"]}'})
    told = floor.explanation(task)
    assert told["text"] == "It rings at Ann."
    [offer] = told["offers"]
    assert (offer["worker_name"], offer["reservation_status"]) == ("Ann", "pending")
    assert [one["verdict"] for one in told["workers"]] == ["offered"]
    end = {"AssignmentStatus": "canceled", "Reason": "hangup"}
    floor.http.post(f"{floor.ws}/Tasks/{task}", data=end).raise_for_status()
    told = floor.explanation(task)
    assert told["text"].startswith(f"It was canceled at {told['ended']}: hangup")
    assert told["workers"] == []
    assert told["offers"][0]["reservation_status"] == "canceled"


def test_workers_are_told_page_by_page_or_one_alone(floor) -> None:
    for name in ("Bob", "Cy"):
        data = {"FriendlyName": name}
        floor.http.post(f"{floor.ws}/Workers", data=data).raise_for_status()
    task = floor.task()
    first = floor.explanation(task, PageSize=2)
    assert [one["worker_name"] for one in first["workers"]] == ["Ann", "Bob"]
    rest = floor.http.get(first["meta"]["next_page_url"]).json()
    assert [one["worker_name"] for one in rest["workers"]] == ["Cy"]
    assert rest["meta"]["next_page_url"] is None
    alone = floor.explanation(task, WorkerSid=floor.ann)
    assert [one["worker_name"] for one in alone["workers"]] == ["Ann"]


def test_a_task_routed_straight_to_a_worker_has_no_filters(floor) -> None:
    form = {"RoutingTarget": floor.ann}
    task = floor.http.post(f"{floor.ws}/Tasks", data=form).json()["sid"]
    told = floor.explanation(task)
    assert (told["workflow"], told["filters"], told["target"]) == (None, [], None)
    assert told["known_worker"]["worker_name"] == "Ann"
    assert told["workers"][0]["verdict"] == "offered"


@pytest.mark.parametrize(
    ("query", "status", "names"),
    [
        ({"PageSize": "0"}, 400, "PageSize"),
        ({"PageToken": "PAx"}, 400, "PageToken"),
        ({"WorkerSid": "WK" + "0" * 32}, 400, "WorkerSid: there is no Worker WK0"),
    ],
    ids=["page size", "page token", "worker"],
)
def test_what_cannot_be_explained_is_refused_in_words(
    floor, query, status, names
) -> None:
    answer = floor.http.get(floor.address(floor.task()), params=query)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert names in answer.json()["message"]


def test_an_unknown_task_is_not_found_and_no_token_learns_nothing(floor) -> None:
    unknown = floor.address("WT" + "0" * 32)
    assert floor.http.get(unknown).status_code == 404
    assert floor.http.post(unknown).status_code == 405
    assert httpx.get(floor.address(floor.task())).status_code == 401


def test_every_field_is_documented(floor) -> None:
    worker = f"{floor.ws}/Workers/{floor.ann}"
    task = floor.task()
    waiting = floor.explanation(task)
    floor.http.post(worker, data={"Attributes": '{"skills": ["billing"]}'})
    page = (ROOT / "docs/explanations.md").read_text()
    fields = fields_of([waiting, floor.explanation(task)])
    assert {field for field in fields if f"`{field}`" not in page} == set()
    told = {*get_args(Hindrance), "rings_enough", "another_first"} - {"has_it"}
    assert {reason for reason in told if f"| `{reason}` |" not in page} == set()


def fields_of(value: Any) -> set[str]:
    """The names of all that is inside, but what every list has."""
    if isinstance(value, dict):
        inside = [one for name, one in value.items() if name not in ("meta", "links")]
        return set(value).union(*map(fields_of, inside))
    if isinstance(value, list):
        return set().union(*map(fields_of, value))
    return set()
