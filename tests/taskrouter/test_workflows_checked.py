"""What a workflow's document would do today, by the address of ours beside the API."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from taskrouter.api.workflows import read_ahead
from taskrouter.engine import workflow
from taskrouter.engine.refusal import Refused
from tests.box import ROOT
from tests.taskrouter.conftest import patiently
from tests.taskrouter.test_explanations import fields_of


@dataclass
class Floor:
    """Ann sells, nobody does billing, and two queues say so."""

    ask: Callable[..., httpx.Response]
    sales: str
    billing: str

    def check(self, *filters: dict[str, Any], **routing: Any) -> dict[str, Any]:
        samples = routing.pop("samples", ())
        text = json.dumps({"task_routing": {"filters": filters, **routing}}, indent=1)
        return self.told(text, *samples)

    def told(self, text: str, *samples: dict[str, Any]) -> dict[str, Any]:
        form = {
            "Configuration": text,
            "TaskAttributes": [json.dumps(one) for one in samples],
        }
        return dict(self.ask(form).raise_for_status().json())


@pytest.fixture
def floor(http: httpx.Client, ws: str) -> Floor:
    def made(path: str, **form: str) -> str:
        answer = http.post(f"{ws}/{path}", data=form).raise_for_status()
        return str(answer.json()["sid"])

    attributes = {"team": "sales", "languages": ["en"]}
    made("Workers", FriendlyName="Ann", Attributes=json.dumps(attributes))
    root = str(http.base_url).rstrip("/").removesuffix("/v1")
    url = f"{root}/signalbox/v1{ws}/Workflows/Check"
    return Floor(
        lambda form: patiently(lambda: http.post(url, data=form)),
        made("TaskQueues", FriendlyName="Sales", TargetWorkers="team == 'sales'"),
        made("TaskQueues", FriendlyName="Billing", TargetWorkers="team == 'billing'"),
    )


def warned(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["warning"], one["path"]) for one in found["warnings"]]


def test_every_mistake_is_told_with_its_path_and_its_place(floor) -> None:
    text = """{"task_routing": {"filters": [
  {"expression": "kind ==", "targets": [{"queue": "SALES", "timeout": 0}]},
  {"expression": "a \\u003d\\u003d= 1", "targets": []},
  {"targets": [{"queue": "WQ1", "order_by": "worker.a, worker.b UP"}]}
]}}""".replace("SALES", floor.sales)
    found = floor.told(text)
    assert found["valid"] is False
    assert [(one["path"], at_place(text, one)) for one in found["errors"]] == [
        ("filters[0].expression", '", "target'),
        ("filters[0].targets[0].timeout", "0}]},"),
        ("filters[1]", '{"expressi'),
        ("filters[1].expression", '= 1", "tar'),
        ("filters[2]", '{"targets"'),
        ("filters[2].targets[0].queue", '"WQ1", "or'),
        ("filters[2].targets[0].order_by", "worker.b U"),
    ]
    assert "expected a name or a value" in found["errors"][0]["text"]
    assert found["errors"][5]["text"] == "there is no TaskQueue WQ1 in this Workspace"


def at_place(text: str, mistake: dict[str, Any]) -> str:
    """The ten characters the mistake points at."""
    return text.splitlines()[mistake["line"] - 1][mistake["column"] - 1 :][:10]


@pytest.mark.parametrize(
    ("text", "line", "column", "names"),
    [
        ('{"task_routing":\n {"filters": [,]}}', 2, 15, "not valid JSON"),
        ("[1]", 1, 1, "an object is needed"),
        ('{"task_routing": {}}', 1, 18, "needs filters"),
        ('{"a": 1}', 1, 1, "needs filters"),
        ('{"a": [],\n "a": {}}', 2, 2, "'a' is given twice"),
        ('{"task_routing":\n NaN}', 2, 2, "NaN is not JSON"),
        ('{"a":' * 5_000, 1, 1, "nested too deep"),
    ],
)
def test_a_document_that_cannot_be_read_is_told_where(
    floor, text, line, column, names
) -> None:
    [mistake] = floor.told(text)["errors"]
    assert (mistake["line"], mistake["column"]) == (line, column)
    assert names in mistake["text"]


def test_keys_that_mean_nothing_are_warned_of_with_the_nearest(floor) -> None:
    target = {"queue": floor.sales, "time_out": 5}
    found = floor.check({"expression": "1==1", "targets": [target], "x": 1})
    assert found["valid"] is True
    assert warned(found) == [
        ("unknown_key", "filters[0].targets[0].time_out"),
        ("unknown_key", "filters[0].x"),
    ]
    assert found["warnings"][0]["text"].endswith("did you mean timeout?")
    assert found["warnings"][0]["line"] == 9


def test_an_odd_key_is_warned_of_too(floor) -> None:
    target = json.dumps({"queue": floor.sales})
    text = f'{{"]": 1, "\\ud800": 2, "task_routing": {{"default_filter": {target}}}}}'
    assert [kind for kind, _ in warned(floor.told(text))] == ["unknown_key"] * 2


def test_what_comes_after_a_target_that_nobody_leaves_is_never_reached(floor) -> None:
    stays, left = {"queue": floor.sales}, {"queue": floor.sales, "timeout": 5}
    found = floor.check(
        {"expression": "1==2", "targets": [stays]},
        {"expression": "1==1", "targets": [left]},
        {"expression": "1==1", "targets": [left, stays, left]},
        {"expression": "kind == 'x'", "targets": [stays]},
        default_filter={"queue": floor.sales},
    )
    assert warned(found) == [
        ("never_matches", "filters[0].expression"),
        ("never_reached", "filters[2].targets[2]"),
        ("never_reached", "filters[3]"),
        ("never_reached", "default_filter"),
    ]


def test_targets_that_nobody_meets_today_are_warned_of(floor) -> None:
    found = floor.check(
        {
            "expression": "kind == 'x'",
            "targets": [
                {"queue": floor.billing, "timeout": 5},
                {
                    "queue": floor.sales,
                    "expression": "worker.languages HAS 'fr'",
                    "timeout": 5,
                },
                {"queue": floor.sales, "expression": "task.a == worker.team"},
            ],
        }
    )
    assert warned(found) == [
        ("nobody", "filters[0].targets[0]"),
        ("nobody", "filters[0].targets[1].expression"),
    ]
    assert "Billing" in found["warnings"][0]["text"]


def test_mistyped_names_are_warned_of(floor, http, ws) -> None:
    form = {"Attributes": '{"kind": "x"}'}
    http.post(f"{ws}/Tasks", data={"RoutingTarget": floor.sales, **form})
    target = {
        "queue": floor.sales,
        "expression": "task.language IN worker.Languages",
    }
    found = floor.check(
        {"expression": "kinds == 'x' OR vip == true", "targets": [target]}
    )
    assert [(one["path"], one["text"]) for one in found["warnings"]] == [
        ("filters[0].expression", "Nobody has kinds; did you mean kind?"),
        (
            "filters[0].targets[0].expression",
            "Nobody has worker.Languages; did you mean worker.languages?",
        ),
    ]


def test_given_tasks_are_told_which_way_they_would_go(floor) -> None:
    found = floor.check(
        {
            "expression": "kind == 'x'",
            "filter_friendly_name": "X",
            "targets": [
                {
                    "queue": floor.sales,
                    "expression": "task.language IN worker.languages",
                    "timeout": 5,
                },
                {"queue": floor.sales, "known_worker_friendly_name": "task.agent"},
            ],
        },
        default_filter={"queue": floor.billing},
        samples=[{"kind": "x", "language": "fr", "agent": "Ann"}, {"kind": "y"}],
    )
    first, second = found["tasks"]
    assert (first["filter"], second["filter"]) == (0, -1)
    targets = first["filters"][0]["targets"]
    assert [one["workers_count"] for one in targets] == [0, 1]
    assert targets[1]["known_worker"] == "Ann"
    assert second["filters"][0]["clause"]["names"][0]["value"] == "y"
    assert second["default_filter"]["workers_count"] == 0


def test_a_workflow_that_is_right_has_nothing_to_be_warned_of(floor) -> None:
    found = floor.check(default_filter={"queue": floor.sales}, samples=[{}])
    assert (found["valid"], found["errors"], found["warnings"]) == (True, [], [])
    assert found["tasks"][0]["default_filter"]["workers_count"] == 1


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "Configuration"),
        ({"Configuration": "{}", "TaskAttributes": ["[]"]}, "TaskAttributes"),
        ({"Configuration": "{}", "TaskAttributes": ["{}"] * 11}, "TaskAttributes"),
        ({"Configuration": "{\0}"}, "Configuration"),
    ],
    ids=["none", "no object", "too many", "null character"],
)
def test_what_cannot_be_checked_is_refused_by_its_field(floor, form, field) -> None:
    answer = floor.ask(form)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(field)


def test_every_field_of_a_checked_workflow_is_documented(floor) -> None:
    page = (ROOT / "docs/explanations.md").read_text()
    target = {"queue": floor.billing}
    right = {"expression": "1==1", "targets": [target]}
    found = floor.check(right, default_filter=target, samples=[{}])
    fields = fields_of([found, floor.told("{}")["errors"]])
    assert {field for field in fields if f"`{field}`" not in page} == set()
    warnings = (
        "unknown_key",
        "unknown_name",
        "never_matches",
        "never_reached",
        "nobody",
    )
    assert [one for one in warnings if f"| `{one}` |" not in page] == []


def test_a_document_is_read_once_whether_it_is_right_or_wrong() -> None:
    text = json.dumps({"task_routing": {"default_filter": {"queue": 2}}})
    read_ahead({"configuration": text})
    known = workflow.read_once.cache_info().hits
    with pytest.raises(Refused, match="must be text"):
        workflow.parse(text)
    assert workflow.read_once.cache_info().hits == known + 1
