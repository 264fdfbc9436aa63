"""What an expression would mean today, by the address of ours beside the API."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.box import ROOT
from tests.taskrouter.conftest import patiently

Check = Callable[..., httpx.Response]


@pytest.fixture
def check(http: httpx.Client, ws: str) -> Check:
    """A workspace with Ann, Bob and one task, and a form to ask by."""
    for name, attributes in (
        ("Ann", {"skills": ["billing"], "level": 2}),
        ("Bob", {"skills": ["sales"], "languages": {"spoken": ["fr"]}}),
    ):
        form = {"FriendlyName": name, "Attributes": json.dumps(attributes)}
        http.post(f"{ws}/Workers", data=form).raise_for_status()
    http.post(f"{ws}/Tasks", data={"Attributes": '{"kind": "x"}'}).raise_for_status()
    root = str(http.base_url).rstrip("/").removesuffix("/v1")

    def ask(**form: Any) -> httpx.Response:
        return patiently(
            lambda: http.post(f"{root}/signalbox/v1{ws}/Expressions/Check", data=form)
        )

    return ask


def told(answer: httpx.Response) -> dict[str, Any]:
    return dict(answer.raise_for_status().json())


def suggestions(found: dict[str, Any]) -> list[str]:
    return [one["suggestion"] for one in found["unknown_names"]]


def names(found: dict[str, Any]) -> list[str]:
    return [one["friendly_name"] for one in found["matching"]]


def test_an_expression_over_workers_tells_whom_it_is_true_of(check) -> None:
    found = told(check(Kind="worker", Expression="skills HAS 'billing'"))
    assert (found["valid"], found["matching_count"], names(found)) == (True, 1, ["Ann"])
    assert found["looked_at"] == 2
    assert found["unknown_names"] == []


def test_a_mistake_is_told_with_its_place_and_what_was_expected(check) -> None:
    found = told(check(Kind="worker", Expression="skills HAS\n 'a' level"))
    assert found["valid"] is False
    assert found["errors"] == [
        {"line": 2, "column": 6, "text": "expected AND, OR or the end"}
    ]


@pytest.mark.parametrize(
    ("expression", "name", "column", "suggestion"),
    [
        ("1==1 AND skils HAS 'a'", "skils", 10, "skills"),
        ("Level > 1", "Level", 1, "level"),
        ("languages.spokn HAS 'fr'", "languages.spokn", 1, "languages.spoken"),
        ("worker.level > 1", "worker.level", 1, "level"),
        ("zzz == 1", "zzz", 1, None),
        ("skills[7] == 1", "skills[7]", 1, None),
    ],
)
def test_a_name_that_no_worker_has_is_told_with_the_nearest(
    check, expression, name, column, suggestion
) -> None:
    [unknown] = told(check(Kind="worker", Expression=expression))["unknown_names"]
    assert (unknown["name"], unknown["column"]) == (name, column)
    assert unknown["suggestion"] == suggestion


def test_a_filter_is_judged_by_the_live_tasks_and_by_one_that_is_given(check) -> None:
    found = told(
        check(Kind="task", Expression="kind == 'y'", TaskAttributes='{"kind": "x"}')
    )
    assert (found["matches"], found["matching_count"], found["looked_at"]) == (
        False,
        0,
        1,
    )
    assert found["clause"]["names"] == [
        {"name": "kind", "value": "x", "missing": False}
    ]
    found = told(check(Kind="task", Expression="task.kid == 'x'"))
    assert found["unknown_names"][0]["suggestion"] == "task.kind"


def test_a_target_is_judged_for_a_task(check, http, ws) -> None:
    given = {"TaskAttributes": '{"need": "sales"}'}
    found = told(check(Kind="target", Expression="task.need IN worker.skills", **given))
    assert names(found) == ["Bob"]
    found = told(check(Kind="target", Expression="need IN worker.skils", **given))
    assert suggestions(found) == ["task.need", "worker.skills"]
    found = told(check(Kind="target", Expression="task.need IN skills", **given))
    assert suggestions(found) == ["worker.skills"]
    [task] = http.get(f"{ws}/Tasks").json()["tasks"]
    by_sid = {"TaskSid": task["sid"], "Expression": "task.kind == 'x'"}
    assert told(check(Kind="target", **by_sid))["matching_count"] == 2
    roomy = "worker.channel.voice.configured_capacity > 0"
    found = told(check(Kind="target", Expression=roomy, TaskSid=task["sid"]))
    assert (found["matching_count"], found["unknown_names"]) == (2, [])


def test_one_worker_is_told_why_it_is_not_true_of_him(check, http, ws) -> None:
    workers = http.get(f"{ws}/Workers").json()["workers"]
    bob = next(one["sid"] for one in workers if one["friendly_name"] == "Bob")
    text = "level > 1 AND skills HAS 'sales'"
    found = told(check(Kind="worker", Expression=text, WorkerSid=bob))
    assert (found["matches"], found["clause"]["clause"]) == (False, "level > 1")


def test_a_skip_if_is_judged_by_the_workers_of_its_queue(check, http, ws) -> None:
    [queue] = http.get(f"{ws}/TaskQueues").json()["task_queues"]
    text = "workers.available == 0"
    found = told(check(Kind="skip_if", Expression=text, TaskQueueSid=queue["sid"]))
    assert found["matches"] is True
    assert found["clause"]["names"][0]["value"] == 0
    found = told(check(Kind="skip_if", Expression="workers.Available == 0"))
    assert found["matches"] is None
    assert found["unknown_names"][0]["suggestion"] == "workers.available"


def test_no_more_are_named_than_were_asked_for(check) -> None:
    found = told(check(Kind="worker", Expression="1==1", PageSize=1))
    assert (names(found), found["matching_count"]) == (["Ann"], 2)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"Expression": "1==1"}, "Kind"),
        ({"Kind": "queue", "Expression": "1==1"}, "Kind"),
        ({"Kind": "target", "Expression": "1==1"}, "TaskSid"),
        ({"Kind": "task", "Expression": "1==1", "TaskAttributes": "["}, "TaskAttr"),
        ({"Kind": "worker", "Expression": "1==1", "PageSize": "0"}, "PageSize"),
        ({"Kind": "worker", "Expression": "1==1", "PageSize": "x"}, "PageSize"),
        ({"Kind": "worker", "Expression": "'" + "x" * 70_000}, "Expression"),
        ({"Kind": "worker", "Expression": "a\0"}, "Expression"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_checked_is_refused_by_its_field(check, form, field) -> None:
    answer = check(**form)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(field)


@pytest.mark.parametrize("field", ["TaskSid", "WorkerSid", "TaskQueueSid"])
def test_who_does_not_exist_is_told_by_the_field_that_names_him(check, field) -> None:
    kind = {"TaskSid": "task", "WorkerSid": "worker", "TaskQueueSid": "skip_if"}[field]
    answer = check(Kind=kind, Expression="1==1", **{field: "XX" + "0" * 32})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(f"{field}: there is no ")


def test_an_empty_expression_is_a_mistake_and_not_a_fault(check) -> None:
    assert told(check(Kind="worker"))["errors"][0]["text"] == (
        "expected a name or a value"
    )


def test_checks_are_asked_as_often_as_lists_filtered_by_an_expression(check) -> None:
    answer = check(Kind="worker", Expression="1==1")
    assert answer.headers["X-Rate-Limit-Limit"] == "3"


def test_every_field_of_a_check_is_documented(check) -> None:
    page = (ROOT / "docs/explanations.md").read_text()
    fields = told(check(Kind="worker", Expression="zzz == 1"))
    fields = {*fields, *fields["unknown_names"][0]}
    assert {field for field in fields if f"`{field}`" not in page} == set()
