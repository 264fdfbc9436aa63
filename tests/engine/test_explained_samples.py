"""Which way a task would go, and how much of what is long an explanation tells."""

import json

import pytest

from taskrouter.engine import (
    explain_sample,
    explain_task,
    explain_workers,
    explain_workflow,
)
from taskrouter.engine.moment import Look
from tests.builders import Centre, to, when


@pytest.fixture
def centre() -> Centre:
    return Centre()


def floor_of(centre: Centre) -> explain_workflow.Floor:
    state = centre.state
    people = [
        explain_workflow.Person(
            one.sid, one.friendly_name, values := state.worker_values[one.sid], values
        )
        for one in state.inside(centre.ws, "worker")
    ]
    queues = {one.sid: one for one in state.inside(centre.ws, "task_queue")}
    return explain_workflow.Floor(queues, [], people)


def routed(filters: list, default: str | None = None) -> str:
    routing: dict = {"filters": filters}
    if default:
        routing["default_filter"] = {"queue": default}
    return json.dumps({"task_routing": routing})


def way(centre: Centre, filters: list, default: str | None = None, left=None, **values):
    floor = floor_of(centre)
    found = explain_workflow.check(routed(filters, default), floor)
    assert not found.mistakes
    floor.refill()
    floor.left = floor.left if left is None else left
    return explain_sample.sample(json.dumps(values), values, found.configuration, floor)


def counts(sample: explain_sample.Sample, at: int = 0) -> list[int | None]:
    return [one.workers_count for one in sample.filters[at].targets]


def test_a_task_goes_where_the_first_filter_that_matches_sends_it(centre):
    queue = centre.queue("Everybody")
    filters = [when("kind == 'a'", to(queue)), when("n > 1", to(queue), to(queue))]
    sample = way(centre, filters, default=queue, kind="b", n=2)
    assert (sample.task_attributes, sample.filter) == ('{"kind": "b", "n": 2}', 1)
    assert [(one.filter, one.matches) for one in sample.filters] == [
        (0, False),
        (1, True),
    ]
    assert [[one.target for one in row.targets] for row in sample.filters] == [
        [],
        [0, 1],
    ]
    named = sample.filters[1].targets[0]
    assert (named.task_queue_sid, named.task_queue_name) == (queue, "Everybody")
    assert sample.default_filter is not None
    assert sample.default_filter.target == 0


def test_a_task_that_nothing_matches_goes_by_default_or_is_canceled(centre):
    queue = centre.queue()
    filters = [when("kind == 'a'", to(queue))]
    assert way(centre, filters, default=queue).filter == -1
    canceled = way(centre, filters)
    assert (canceled.filter, canceled.default_filter) == (None, None)


def test_a_target_counts_whom_it_names_and_its_expression_holds_for(centre):
    for name, level in (("Ann", 1), ("Bob", 5), ("Cem", 9)):
        centre.worker(name, level=level)
    ann = next(iter(centre.state.inside(centre.ws, "worker"))).sid
    queue, others = centre.queue(), centre.queue("Few", "level > 4")
    asked = "worker.level >= task.least"
    targets = [
        to(queue),
        to(others),
        to(queue, expression=asked),
        to(queue, expression=asked, known_worker_sid="task.sid"),
        to(queue, known_worker_friendly_name="task.name"),
        to(queue, known_worker_sid="task.sid"),
        to(queue, known_worker_friendly_name="task.nobody"),
    ]
    sample = way(centre, [when("1==1", *targets)], least=5, sid=ann, name="Bob")
    assert counts(sample) == [3, 2, 2, 0, 1, 1, 0]
    known = [one.known_worker for one in sample.filters[0].targets]
    assert known == [None, None, None, ann, "Bob", ann, ""]


def test_what_would_take_too_long_is_not_counted(centre):
    for n in range(3):
        centre.worker(f"W{n}", level=n)
    few = centre.queue("Few", "level > 0 AND level < 9")
    filters = [when("1==1", to(few, expression="worker.level > 0"), to(few))]
    assert counts(way(centre, filters, left=2)) == [2, 2]
    assert counts(way(centre, filters, left=1)) == [None, 2]
    floor = floor_of(centre)
    floor.left = 5
    assert floor.members(few) is None
    floor.left = 6
    assert [one.name for one in floor.members(few) or ()] == ["W1", "W2"]
    assert floor.members(few), "is known now, and costs nothing"


def test_only_of_the_first_hundred_filters_is_it_told_why(centre):
    queue = centre.queue()
    filters = [when(f"n == {n}", to(queue)) for n in range(103)]
    told = [one.clause is not None for one in way(centre, filters, n=102).filters]
    assert told == [True] * 100 + [False] * 3


def see(centre: Centre, task) -> explain_task.Seen:
    workers = list(centre.state.inside(centre.ws, "worker"))
    look = Look(centre.state, centre.now)
    return explain_task.see(look, centre.now_of(task), workers)


def test_of_what_fills_a_worker_ten_tasks_are_named(centre):
    ann = centre.worker("Ann")
    centre.set_capacity(ann, "default", 12)
    flow = centre.workflow(default=centre.queue())
    having = [centre.task(flow) for _ in range(12)]
    waiting = centre.task(flow)
    [told] = [explain_workers.told(one) for one in see(centre, waiting).workers]
    [reason] = told.reasons
    assert "12 of 12" in reason.text
    assert reason.task_sids == tuple(one.sid for one in having[:10])


def test_of_many_offers_the_latest_fifty_are_told_and_all_counted(centre):
    centre.worker("Ann")
    task = centre.task(centre.workflow(default=centre.queue()), timeout=86_400)
    for _ in range(52):
        centre.answer(task, "rejected")
    seen = see(centre, task)
    assert [one.sid for one, _ in seen.offers] == [
        one.sid for one in reversed(centre.offers(task)[-50:])
    ]
    assert seen.offers_count == 53
