"""What stays on a task, and how its attributes are asked for."""

import pytest

from tests.taskrouter.floor import Floor, opened


@pytest.fixture
def floor(http) -> Floor:
    return opened(http)


def test_a_worker_who_is_deleted_leaves_what_he_has_done(floor):
    task = f"{floor.ws}/Tasks/{floor.sids['Task']}"
    worker = f"{floor.ws}/Workers/{floor.sids['Worker']}"
    floor.http.post(
        f"{task}/Reservations/{floor.sids['Reservation']}",
        data={"ReservationStatus": "rejected", "WorkerActivitySid": floor.sids["Away"]},
    ).raise_for_status()
    floor.http.delete(worker).raise_for_status()
    [left] = floor.http.get(f"{task}/Reservations").json()["reservations"]
    assert left["reservation_status"] == "rejected"
    assert (left["worker_sid"], left["worker_name"]) == (floor.sids["Worker"], None)
    assert floor.http.get(f"{worker}/Reservations").status_code == 404


@pytest.mark.parametrize("expression", ["kind == 'x'", "task.kind == 'x'"])
def test_attributes_are_asked_for_with_their_task_or_without(floor, expression):
    workflow = floor.sids["Workflow"]
    floor.make("Tasks", WorkflowSid=workflow, Attributes='{"kind": "y"}')
    query = {"EvaluateTaskAttributes": expression}
    found = floor.http.get(f"{floor.ws}/Tasks", params=query).json()["tasks"]
    assert [one["sid"] for one in found] == [floor.sids["Task"]]


def test_an_attribute_called_task_is_itself_as_in_a_filter(floor):
    own = floor.make(
        "Tasks",
        WorkflowSid=floor.sids["Workflow"],
        Attributes='{"kind": "y", "task": {"kind": "z"}}',
    )
    query = {"EvaluateTaskAttributes": "task.kind == 'z'"}
    found = floor.http.get(f"{floor.ws}/Tasks", params=query).json()["tasks"]
    assert [one["sid"] for one in found] == [own]
