"""Targets held for the one worker a task names."""

import pytest

from taskrouter.engine import commands, known
from tests.builders import ACCOUNT, Centre, to, when


@pytest.fixture
def centre() -> Centre:
    return Centre()


def by_name(centre: Centre, **target: str) -> str:
    target.setdefault("known_worker_friendly_name", "task.agent")
    return centre.workflow(when("1==1", to(centre.queue(), **target)))


def test_a_known_worker_who_is_made_later_is_found(centre):
    task = centre.task(by_name(centre), attributes={"agent": "Bob"})
    centre.worker("Ann")
    centre.worker("Bob")
    assert centre.offered_to(task) == ["Bob"]


def test_a_worker_who_takes_the_known_name_is_found(centre):
    task = centre.task(by_name(centre), attributes={"agent": "Bob"})
    ann = centre.worker("Ann")
    centre.do(
        commands.UpdateWorker(workspace_sid=centre.ws, sid=ann.sid, friendly_name="Bob")
    )
    assert centre.offered_to(task) == ["Bob"]


def test_a_known_sid_and_a_known_name_must_both_hold(centre):
    workflow = by_name(centre, known_worker_sid="task.sid")
    ann = centre.worker("Ann")
    other = {"agent": "Bob", "sid": ann.sid}
    assert centre.offered_to(centre.task(workflow, attributes=other)) == []
    same = {"agent": "Ann", "sid": ann.sid}
    assert centre.offered_to(centre.task(workflow, attributes=same)) == ["Ann"]


def test_a_known_worker_must_meet_the_targets_expression_too(centre):
    workflow = by_name(centre, expression="worker.level > task.level")
    centre.worker("Ann", level=1)
    task = centre.task(workflow, attributes={"agent": "Ann", "level": 3})
    assert centre.offered_to(task) == []


@pytest.mark.parametrize(
    ("attributes", "warning"),
    [
        ({}, known.MISSING),
        ({"agent": 7}, known.MISSING),
        ({"agent": "Nobody"}, known.MISSING),
        ({"agent": "ann"}, known.MISSING),
        ({"agent": "Out"}, known.NOT_A_MEMBER),
        ({"agent": None}, None),
        ({"agent": "Ann"}, None),
    ],
    ids=[
        "absent",
        "no text",
        "unknown",
        "another case",
        "not in the queue",
        "null",
        "right",
    ],
)
def test_a_known_worker_who_cannot_be_had_is_told_as_a_warning(
    centre, attributes, warning
):
    queue = centre.queue(workers="team == 'in'")
    centre.worker("Ann", team="in")
    centre.worker("Out", team="out")
    workflow = centre.workflow(
        when("1==1", to(queue, known_worker_friendly_name="task.agent"))
    )
    task = centre.task(workflow, attributes=attributes)
    assert centre.now_of(task).warning == warning
    assert (centre.offered_to(task) == ["Ann"]) == (attributes.get("agent") == "Ann")


def test_a_worker_of_another_workspace_is_told_as_a_warning(centre):
    elsewhere = centre.worker("Ann")
    made = centre.do(
        commands.CreateWorkspace(account_sid=ACCOUNT, friendly_name="Second")
    )
    centre.ws = made.sid
    workflow = centre.workflow(
        when("1==1", to(centre.queue(), known_worker_sid="task.sid"))
    )
    task = centre.task(workflow, attributes={"sid": elsewhere.sid})
    assert centre.now_of(task).warning == known.ELSEWHERE
    assert centre.offered_to(task) == []


def test_the_warning_ends_with_the_target(centre):
    a, b = centre.queue("A"), centre.queue("B")
    workflow = centre.workflow(
        when("1==1", to(a, known_worker_sid="task.sid", timeout=10), to(b))
    )
    task = centre.task(workflow)
    centre.pass_time(10)
    assert centre.now_of(task).warning is None


@pytest.mark.parametrize(
    ("path", "warning"),
    [
        ("task.people[0].name", None),
        ("task.people[1].name", None),
        ("task.people[2].name", known.MISSING),
        ("task.people.name", known.MISSING),
        ("task.people[0].name.first", known.MISSING),
        ("task.people[0].nick", known.MISSING),
    ],
)
def test_a_known_worker_is_found_at_the_end_of_a_path(centre, path, warning):
    centre.worker("Ann")
    flow = by_name(centre, known_worker_friendly_name=path)
    task = centre.task(flow, attributes={"people": [{"name": "Ann"}, {"name": None}]})
    assert task.warning == warning
