"""The way through filters and targets: what is told of it, and what it costs."""

import json

import pytest

from taskrouter.engine import commands
from taskrouter.engine.refusal import Refused
from tests.builders import Centre, to, when


@pytest.fixture
def centre() -> Centre:
    return Centre()


def update(centre: Centre, task: object, **fields: object) -> None:
    centre.do(
        commands.UpdateTask(workspace_sid=centre.ws, sid=task.sid, **fields)  # type: ignore[attr-defined, arg-type]
    )


def test_skipped_targets_leave_no_trace_but_their_priority(centre):
    empty, queue = centre.queue("Empty", "1==2"), centre.queue("Q", "1==2")
    flow = centre.workflow(
        when("1==1", to(empty, skip_if="1==1", priority=7), to(queue)),
    )
    before = len(centre.events)
    task = centre.task(flow)
    assert (task.task_queue_sid, task.priority) == (queue, 7)
    assert centre.types()[before:] == [
        "task.created",
        "workflow.entered",
        "workflow.target-matched",
        "task-queue.entered",
    ]


def test_workflow_skipped_is_told_once_when_every_matching_filter_was(centre):
    empty, queue = centre.queue("Empty", "1==2"), centre.queue("Q", "1==2")
    skipped = when("1==1", to(empty, skip_if="1==1"))
    centre.task(centre.workflow(skipped, skipped, default=queue))
    assert centre.types().count("workflow.skipped") == 1


def test_a_filter_that_takes_the_task_after_a_skipped_one_tells_no_skip(centre):
    empty, queue = centre.queue("Empty", "1==2"), centre.queue("Q", "1==2")
    skipped = when("1==1", to(empty, skip_if="1==1"))
    centre.task(centre.workflow(skipped, when("1==1", to(queue))))
    assert "workflow.skipped" not in centre.types()


def test_a_timeout_leads_on_and_never_back_to_a_target_that_was_skipped(centre):
    skipped = centre.queue("Skipped", "team == 'a'")
    slow, last = centre.queue("Slow", "1==2"), centre.queue("Last", "1==2")
    flow = centre.workflow(
        when(
            "kind == 1",
            to(skipped, skip_if="workers.available == 0"),
            to(slow, timeout=5),
            to(last),
        )
    )
    task = centre.task(flow, attributes={"kind": 1})
    centre.worker("Ann", team="a")
    centre.pass_time(5)
    assert centre.now_of(task).task_queue_sid == last
    assert centre.now_of(task).skipped == "0.0"


def test_a_task_remembers_the_first_hundred_targets_it_skipped(centre):
    empty, last = centre.queue("Empty", "1==2"), centre.queue("Last", "1==2")
    away = [to(empty, skip_if="1==1")] * 60
    flow = centre.workflow(when("1==1", *away), when("1==1", *away, to(last)))
    remembered = centre.now_of(centre.task(flow)).skipped.split()
    assert (len(remembered), remembered[-1]) == (100, "1.39")


def test_a_timeout_that_ends_in_a_skip_leads_to_the_default_filter(centre):
    empty, queue = centre.queue("Empty", "1==2"), centre.queue("Q")
    flow = centre.workflow(
        when("1==1", to(empty, timeout=10)),
        when("1==1", to(empty, skip_if="1==1")),
        default=queue,
    )
    task = centre.task(flow)
    centre.pass_time(10)
    assert centre.now_of(task).task_queue_sid == queue


@pytest.fixture
def hurried(centre):
    """A task that waits in a target of priority 5; kind c goes to one that sets none."""
    queue = centre.queue("Q", "1==2")
    first = when("kind != 'c'", to(queue, priority=5))
    return centre.task(centre.workflow(first, when("1==1", to(queue))))


def test_a_target_that_sets_the_priority_is_not_overridden(centre, hurried):
    update(centre, hurried, priority=3, virtual_start_time=0)
    task = centre.now_of(hurried)
    assert (task.priority, task.virtual_start_time) == (5, 0)
    told = centre.events[-1]
    assert (told.type, told.data["task_priority"]) == ("task.updated", "5")


def test_an_update_that_leads_out_of_such_a_target_sets_the_priority(centre, hurried):
    update(centre, hurried, priority=3, attributes='{"kind": "c"}')
    assert centre.now_of(hurried).priority == 3
    update(centre, hurried, priority=4)
    assert centre.now_of(hurried).priority == 4


def test_a_priority_that_the_same_target_sets_again_is_told(centre, hurried):
    update(centre, hurried, priority=3, attributes='{"kind": "d"}')
    assert centre.now_of(hurried).priority == 5
    assert [one.data["task_priority"] for one in centre.events[-2:]] == ["3", "5"]
    assert centre.types()[-2:] == ["task.updated", "task.updated"]


def test_whoever_has_a_task_may_be_told_another_priority(centre):
    centre.worker("Ann")
    flow = centre.workflow(when("1==1", to(centre.queue(), priority=5)))
    task = centre.task(flow)
    update(centre, task, priority=3)
    assert centre.now_of(task).priority == 5
    centre.answer(task)
    update(centre, task, priority=3)
    assert centre.now_of(task).priority == 3


def test_the_same_target_again_is_not_told_again(centre):
    queue = centre.queue()
    flow = centre.workflow(when("1==1", to(queue)))
    centre.worker("Ann")
    task = centre.task(flow)
    centre.answer(task, "rejected")
    update(centre, task, priority=4)
    assert centre.types().count("workflow.target-matched") == 1


def test_a_re_evaluation_that_finds_every_target_over_tells_the_whole_end(centre):
    queue = centre.queue()
    flow = centre.workflow(
        when("1==1", to(queue, timeout=10)), task_reservation_timeout=20
    )
    centre.worker("Ann")
    centre.task(flow)
    centre.pass_time(20)
    assert centre.types()[-5:] == [
        "reservation.timeout",
        "worker.activity.update",
        "task-queue.timeout",
        "workflow.timeout",
        "task.canceled",
    ]


def test_a_second_filters_timeouts_count_from_the_tasks_creation_too(centre):
    a, b, c = (centre.queue(name, "1==2") for name in "ABC")
    flow = centre.workflow(
        when("1==1", to(a, timeout=30)),
        when("1==1", to(b, timeout=20), to(c, timeout=20)),
    )
    task = centre.task(flow)
    centre.pass_time(30)
    assert centre.now_of(task).task_queue_sid == c
    centre.pass_time(10)
    assert centre.now_of(task).reason == "Workflow timed out"


def test_a_cancel_without_a_reason_has_none(centre):
    flow = centre.workflow(default=centre.queue())
    assert centre.end(centre.task(flow), "canceled").reason is None


@pytest.mark.parametrize("seconds", ["30", 30], ids=["text", "number"])
def test_a_timeout_may_be_written_as_text(centre, seconds):
    queue = centre.queue("Q", "1==2")
    task = centre.task(centre.workflow(when("1==1", to(queue, timeout=seconds))))
    assert task.target_ends == task.date_created + 30_000


@pytest.mark.parametrize(
    "seconds", ["1_0", " 30", "+3", "３0", "3.0", "9" * 5_000, 3.0, True, -1, [], {}]
)
def test_what_is_no_whole_number_is_no_timeout(centre, seconds):
    queue = centre.queue()
    with pytest.raises(Refused, match=r"targets\[0\].timeout: must be a whole number"):
        centre.workflow(when("1==1", to(queue, timeout=seconds)))


@pytest.mark.parametrize("odd", ["\0", "\ud800"], ids=["null", "half"])
def test_what_is_no_character_is_no_part_of_a_workflow(centre, odd):
    queue = centre.queue()
    with pytest.raises(Refused, match=r"filters\[0\].filter_friendly_name: holds half"):
        centre.workflow(when("1==1", to(queue), name=f"a{odd}"))


def test_a_default_filter_needs_a_queue(centre):
    routing = {"filters": [when("1==1", to(centre.queue()))], "default_filter": {}}
    with pytest.raises(Refused, match="Configuration at default_filter: needs a queue"):
        centre.do(
            commands.CreateWorkflow(
                workspace_sid=centre.ws,
                friendly_name="W",
                configuration=json.dumps({"task_routing": routing}),
            )
        )


def test_a_way_of_ten_thousand_skips_is_one_event_and_asks_each_queue_once(centre):
    empty, queue = centre.queue("Empty", "1==2"), centre.queue("Q", "1==2")
    skips = [to(empty, skip_if="workers.available == 0")] * 20
    flow = centre.workflow(*[when("1==1", *skips)] * 500, default=queue)
    before = len(centre.events)
    task = centre.task(flow)
    assert task.task_queue_sid == queue
    assert len(centre.events) - before == 5
    assert len(centre.decisions[-1].changes) == 1


@pytest.mark.parametrize(
    ("filters", "targets", "place"),
    [
        (1_001, 1, "filters"),
        (1, 101, r"filters\[0\].targets"),
        (137, 73, "filters"),
    ],
    ids=["filters", "targets", "targets of all"],
)
def test_a_configuration_has_an_end(centre, filters, targets, place):
    queue = centre.queue()
    with pytest.raises(Refused, match=f"{place}: at most"):
        centre.workflow(*[when("1==1", *[to(queue)] * targets)] * filters)


@pytest.mark.parametrize(("filters", "targets"), [(1_000, 10), (100, 100)])
def test_a_configuration_may_be_as_large_as_that(centre, filters, targets):
    steps = [when("1==1", *[to(centre.queue())] * targets)] * filters
    assert centre.workflow(*steps).startswith("WW")


@pytest.mark.parametrize(
    ("skip_if", "skipped"),
    [
        ("workers.available == 1 AND workers.unavailable == 2", True),
        ("workers.{offline} == 2", True),
        ("workers.available != 1", False),
        ("workers.unavailable != 2", False),
        ("workers.{offline} != 2", False),
    ],
)
def test_skip_if_sees_the_workers_of_the_queue_by_activity(centre, skip_if, skipped):
    queue, other = centre.queue("Q", "team == 1"), centre.queue("Other", "1==2")
    centre.worker("Ann", team=1)
    centre.worker("Dee", team=2)
    for name in ("Bob", "Cid"):
        centre.worker(name, "Offline", team=1)
    centre.task(centre.workflow(default=queue))
    skip_if = skip_if.format(offline=centre.activity("Offline"))
    flow = centre.workflow(when("1==1", to(queue, skip_if=skip_if)), default=other)
    assert centre.task(flow).task_queue_sid == (other if skipped else queue)
