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
