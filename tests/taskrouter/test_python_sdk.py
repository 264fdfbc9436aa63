"""Every method of Twilio's Python SDK, as its users call it: only base_url is ours."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import chain
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException
from twilio.base.page import Page
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from tests.taskrouter import python_sdk
from tests.taskrouter.floor import opened
from tests.taskrouter.python_sdk import Method, declared, faults, kind, stem
from tests.taskrouter.python_walk import Walk, pascal
from tests.taskrouter.values import ALONE

# The SDK's own, where it awaits.
pytestmark = pytest.mark.filterwarnings(
    "ignore:BasicAuth is deprecated", "ignore:The 'auth' parameter is deprecated"
)
EVERY = python_sdk.methods()
BULK = "CreateTaskQueueBulkRealTimeStatistics"
# Twins that label a form as JSON (SDK 9.13).
MISLABELLED = [one for one in EVERY if one.operation == BULK and one.awaited]
METHODS = [one for one in EVERY if one not in MISLABELLED]
PAGED = [one.owner for one in METHODS if str(one).endswith("List.page")]
FETCHED = [one.owner for one in METHODS if str(one).endswith("Context.fetch")]


def groups(method: Method) -> list[tuple[str, ...]]:
    """The parameters that are given at a time. Streams and pages take those of lists."""
    if method.name in {"list", "fetch", "delete"}:
        return [(name,) for name in method.parameters]
    if method.name not in {"create", "update"}:
        return []
    alone = [
        name for name in method.parameters if (method.operation, pascal(name)) in ALONE
    ]
    together = tuple(name for name in method.parameters if name not in alone)
    return [together, *((name,) for name in alone)]


ASKED = [
    (method, names)
    for method in METHODS
    if kind(method.owner) in {"List", "Context"}
    and not (method.http_info or method.awaited)
    for names in groups(method)
]


def is_a(what: str) -> Callable[[Any], bool]:
    return lambda answer: kind(type(answer)) == what


ANSWERS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(["create", "fetch", "update", "get_instance"], is_a("Instance")),
    **dict.fromkeys(["page", "get_page"], is_a("Page")),
    "list": lambda answer: type(answer) is list,
    "stream": lambda answer: isinstance(answer, Iterator),
    "delete": lambda answer: answer is True,
    "get": is_a("Context"),
}
STATUSES = {"create": 201, "delete": 204}
SPLIT = "split_by_wait_time"
# What has nothing to tell at times; everything else always does.
MAY_BE_NONE = {
    "Workspace": {"event_callback_url", "events_filter"},
    "TaskQueue": {
        "assignment_activity_sid",
        "assignment_activity_name",
        "reservation_activity_sid",
        "reservation_activity_name",
    },
    "Workflow": {"assignment_callback_url", "fallback_assignment_callback_url"},
    "Task": {"reason", "routing_target"},
    "Event": {"actor_url"},
    "WorkspaceRealTimeStatistics": {"longest_task_waiting_sid"},
    "TaskQueueRealTimeStatistics": {
        "longest_task_waiting_sid",
        "longest_relative_task_sid_in_queue",
    },
    "WorkflowRealTimeStatistics": {"longest_task_waiting_sid"},
    "WorkspaceCumulativeStatistics": {SPLIT},
    "TaskQueueCumulativeStatistics": {SPLIT},
    "WorkflowCumulativeStatistics": {SPLIT},
}
# What is asked with seconds is told with counts; capacity needs a target to be ignored.
TOLD_OTHERWISE = {SPLIT, "ignore_capacity"}


@pytest.fixture(scope="module")
def walk(taskrouter) -> Iterator[Walk]:
    with taskrouter.http() as http:
        yield Walk(taskrouter.sdk(), opened(http).make_room())


def call(walk: Walk, method: Method, *parameters: str) -> tuple[Any, dict[str, Any]]:
    """What it answers with, and what it was given."""
    walk = walk.ready_for(method)
    thing = walk.target(method)
    given = walk.arguments(method, thing, *parameters)
    if method.awaited:
        return asyncio.run(awaited(walk.sdk, thing, method, given)), given
    return told(method, getattr(thing, method.own_name)(**given)), given


async def awaited(
    sdk: Client, thing: Any, method: Method, given: dict[str, Any]
) -> Any:
    """What the thing's client answers with while it is one that can be awaited."""
    usual = sdk.http_client
    try:
        async with AsyncTwilioHttpClient() as sdk.http_client:
            answer = told(method, await getattr(thing, method.own_name)(**given))
            rows = isinstance(answer, AsyncIterator)
            return iter([one async for one in answer]) if rows else answer
    finally:
        sdk.http_client = usual


def told(method: Method, answer: Any) -> Any:
    """The answer without what the twin that tells of HTTP adds."""
    if not method.http_info:
        return answer
    whole = isinstance(answer, tuple)
    data, status, headers = (
        answer if whole else (answer.data, answer.status_code, answer.headers)
    )
    asks_only = method.operation == BULK
    assert status == (200 if asks_only else STATUSES.get(method.name, 200))
    assert "X-Rate-Limit-Limit" in headers
    return data


def instances(answer: Any) -> list[Any]:
    if isinstance(answer, list | Iterator | Page):
        return list(answer)
    return [answer] if answer is not True and is_a("Instance")(answer) else []


def wrong_with(found: list[Any]) -> list[str]:
    may_be_none = [MAY_BE_NONE.get(stem(type(one)), set()) for one in found]
    return list(chain.from_iterable(map(faults, found, may_be_none)))


def not_told(found: list[Any], given: dict[str, Any]) -> set[str]:
    """The names under which something else is told than was asked for."""
    return {
        name
        for name, asked in given.items()
        for one in found
        if name in declared(type(one)) and not same(getattr(one, name), asked)
    }


def same(told: Any, asked: Any) -> bool:
    if isinstance(asked, list):
        return told in asked
    return told == asked or str(told).lower() == asked


def test_every_list_and_context_hangs_on_the_client(walk) -> None:
    there = {one for one in python_sdk.classes() if kind(one) in {"List", "Context"}}
    assert set(walk.things) == there


@pytest.mark.parametrize("method", METHODS, ids=str)
def test_a_method_answers_as_the_sdk_declares(walk, method) -> None:
    answer, _given = call(walk, method)
    assert ANSWERS[method.name](answer)
    found = instances(answer)
    assert found or method.name in {"delete", "get"}
    assert wrong_with(found) == []


@pytest.mark.parametrize("method", MISLABELLED, ids=str)
def test_a_form_that_is_called_json_is_refused(walk, method) -> None:
    with pytest.raises(TwilioException, match="JSON"):
        call(walk, method)


@pytest.mark.parametrize(
    ("method", "names"),
    ASKED,
    ids=[f"{one}-{names[0] if len(names) == 1 else 'all'}" for one, names in ASKED],
)
def test_what_is_asked_is_understood_and_told(walk, method, names) -> None:
    answer, given = call(walk, method, *names)
    assert set(names) <= set(given)
    found = instances(answer)
    assert wrong_with(found) == []
    assert not_told(found, given) <= TOLD_OTHERWISE


@pytest.mark.parametrize("owner", PAGED, ids=stem)
def test_pages_lead_there_and_back(walk, owner) -> None:
    rows = walk.things[owner]
    every = [sid(one) for one in rows.list(limit=5000)]
    page = rows.page(page_size=max(1, len(every) // 2))
    pages = []
    while page is not None:
        pages.append([sid(one) for one in page])
        last, page = page, page.next_page()
    assert list(chain(*pages)) == every
    back = last.previous_page()
    assert len(pages) == 1 if back is None else [sid(one) for one in back] == pages[-2]


@pytest.mark.parametrize("owner", FETCHED, ids=stem)
def test_the_addresses_of_a_resource_lead_somewhere(walk, owner) -> None:
    found = walk.things[owner].fetch()
    urls = [value for name, value in vars(found).items() if name.endswith("url")]
    urls += getattr(found, "links", {}).values()
    asked = {url: walk.sdk.request("GET", url) for url in urls if url}
    assert {
        url: answer.status_code
        for url, answer in asked.items()
        if not answer.ok and not url.endswith("/TaskQueues/RealTimeStatistics")
    } == {}


def sid(row: Any) -> str:
    """Rows of statistics have only that of their queue."""
    return str(getattr(row, "sid", None) or row.task_queue_sid)
