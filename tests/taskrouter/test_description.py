"""Every operation of the API's description, with every parameter it names."""

from collections.abc import Iterator

import httpx
import pytest

from tests.taskrouter import description
from tests.taskrouter.conftest import TaskRouter
from tests.taskrouter.description import Operation
from tests.taskrouter.floor import Floor, opened
from tests.taskrouter.values import ALSO, COMPANY, VALUES

OPERATIONS = description.load()
GENEROUS = {"TASKROUTER_RATE_EXPRESSIONS": "1000", "TASKROUTER_RATE_BULK": "1000"}
pytestmark = pytest.mark.skipif(not OPERATIONS, reason=description.WHY_NOT)

# What is in use cannot be deleted, and a task that rings not change its channel.
FIRST = {
    ("DeleteTaskQueue", ""): Floor.add_queue,
    ("DeleteWorker", ""): Floor.hang_up,
    ("DeleteWorkflow", ""): Floor.hang_up,
    ("UpdateTask", "TaskChannel"): Floor.let_wait,
}


@pytest.fixture(scope="module")
def generous() -> Iterator[httpx.Client]:
    server = TaskRouter(settings=GENEROUS).start()
    with server.http() as client:
        yield client
    server.stop()


@pytest.fixture(scope="module")
def looked_at(generous: httpx.Client) -> Floor:
    """Nobody changes it."""
    return opened(generous)


@pytest.fixture
def floor(generous: httpx.Client, looked_at: Floor, name: str) -> Floor:
    return looked_at if OPERATIONS[name].method == "get" else opened(generous)


def ask(floor: Floor, operation: Operation, parameter: str = "") -> httpx.Response:
    """With the parameter, and what it or the operation cannot do without."""
    key = operation.name, parameter
    if first := FIRST.get(key):
        first(floor)
    wanted = COMPANY.get(key, {parameter: VALUES[parameter]} if parameter else {})
    needed = {one: VALUES[one] for one in operation.required}
    given = needed | ALSO.get(operation.name, {}) | wanted
    filled = {one: floor.filled(text) for one, text in given.items()}
    place = {"params": filled} if operation.method == "get" else {"data": filled}
    if operation.name.endswith("BulkRealTimeStatistics"):
        place = {"json": {"queueSids": [floor.sids["TaskQueue"]]}}
    return floor.http.request(operation.method, floor.path(operation.path), **place)


# The token of a page comes from the page before it: tests/taskrouter/test_paging.py.
PAIRS = [
    (one.name, parameter)
    for one in OPERATIONS.values()
    for parameter in one.parameters
    if parameter != "PageToken"
]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_as_described(floor, name):
    answer = ask(floor, OPERATIONS[name])
    assert OPERATIONS[name].judge(answer) == []


@pytest.mark.parametrize(("name", "parameter"), PAIRS)
def test_a_parameter_is_taken_and_answered_as_described(floor, name, parameter):
    answer = ask(floor, OPERATIONS[name], parameter)
    assert OPERATIONS[name].judge(answer) == []


@pytest.mark.parametrize(
    "name", [one.name for one in OPERATIONS.values() if "If-Match" in one.headers]
)
def test_a_version_is_asked_for_where_described(floor, name):
    operation = OPERATIONS[name]
    path = floor.path(operation.path)
    old = floor.http.request(operation.method, path, headers={"If-Match": '"99"'})
    assert (old.status_code, old.json()["code"]) == (412, 20412)
