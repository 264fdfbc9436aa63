"""What a change is answered with, and what it leaves alone."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.taskrouter.floor import Floor, opened


@pytest.fixture
def floor(http) -> Floor:
    return opened(http)


def test_a_change_is_answered_with_what_it_made_whatever_others_change_meanwhile(floor):
    task = f"{floor.ws}/Tasks/{floor.sids['Task']}"

    def prioritise(priority: int) -> tuple[int, str]:
        answer = floor.http.post(task, data={"Priority": priority})
        return answer.json()["priority"], answer.headers["ETag"]

    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(prioritise, range(80)))
    assert [priority for priority, _ in answers] == list(range(80))
    assert len({version for _, version in answers}) == 80


def test_a_channel_goes_once_its_tasks_have_ended(floor):
    made = {"WorkflowSid": floor.sids["Workflow"], "TaskChannel": "fax"}
    task = f"Tasks/{floor.make('Tasks', **made)}"
    fax = f"{floor.ws}/TaskChannels/fax"
    refused = floor.http.delete(fax)
    assert (refused.status_code, refused.json()["code"]) == (400, 20001)
    floor.change(task, AssignmentStatus="canceled")
    assert floor.http.delete(fax).status_code == 204
    ended = floor.http.get(f"{floor.ws}/{task}").json()
    assert ended["task_channel_sid"] == floor.sids["TaskChannel"]
    assert ended["task_channel_unique_name"] is None
    assert floor.http.delete(f"{floor.ws}/{task}").status_code == 204


def test_workers_are_found_by_name_whatever_the_case(floor):
    found = floor.http.get(f"{floor.ws}/Workers", params={"FriendlyName": "INES"})
    assert [one["sid"] for one in found.json()["workers"]] == [floor.sids["Worker"]]


def test_workers_are_found_by_any_queue_of_that_name(floor):
    bob = floor.make("Workers", FriendlyName="Bob", Attributes='{"team": "b"}')
    for expression in ("team == 'a'", "team == 'b'"):
        floor.make("TaskQueues", FriendlyName="Same", TargetWorkers=expression)
    found = floor.http.get(f"{floor.ws}/Workers", params={"TaskQueueName": "Same"})
    assert [one["sid"] for one in found.json()["workers"]] == [bob]


@pytest.mark.parametrize("word", ["True", "FALSE", "onEnter"])
def test_true_and_false_may_be_written_as_in_any_language(floor, word):
    path = f"Workers/{floor.sids['Worker']}/Reservations/{floor.sids['Reservation']}"
    more = {} if word == "onEnter" else {"ConferenceRecord": word}
    floor.change(path, Instruction="conference", To="client:ines", Beep=word, **more)
