"""Every list of the API's description, read page by page and back."""

from collections.abc import Iterator

import pytest

from tests.taskrouter import description
from tests.taskrouter.conftest import TaskRouter
from tests.taskrouter.floor import Floor, opened

LISTS = {
    name: one
    for name, one in description.load().items()
    if name.startswith("List") and one.method == "get"
}
pytestmark = pytest.mark.skipif(not LISTS, reason=description.WHY_NOT)


@pytest.fixture(scope="module")
def floor(taskrouter: TaskRouter) -> Iterator[Floor]:
    """With two of everything at least; nobody changes it."""
    with taskrouter.http() as http:
        floor = opened(http)
        floor.make("Workers", FriendlyName="Bob")
        floor.make("Tasks", WorkflowSid=floor.sids["Workflow"])
        floor.http.post("/Workspaces", data={"FriendlyName": "Another"})
        reject(floor)
        yield floor


def reject(floor: Floor) -> None:
    """The offer comes back to whoever is alone, so he has two of one task."""
    path = f"{floor.ws}/Tasks/{floor.sids['Task']}/Reservations"
    data = {"ReservationStatus": "rejected"}
    answer = floor.http.post(f"{path}/{floor.sids['Reservation']}", data=data)
    answer.raise_for_status()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_leads_to_its_next_page_and_back(floor, name):
    path = floor.path(LISTS[name].path)
    first = floor.http.get(path, params={"PageSize": 1, "Page": 0})
    second = floor.http.get(first.json()["meta"]["next_page_url"])
    back = floor.http.get(second.json()["meta"]["previous_page_url"])
    assert [LISTS[name].judge(page) for page in (first, second, back)] == [[]] * 3
    key = first.json()["meta"]["key"]
    rows = [page.json()[key] for page in (first, second, back)]
    assert [len(shown) for shown in rows] == [1, 1, 1]
    assert sid_of(rows[0][0]) == sid_of(rows[2][0]) != sid_of(rows[1][0])


def sid_of(row: dict[str, str]) -> str:
    return row.get("sid") or row["task_queue_sid"]
