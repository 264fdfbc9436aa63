"""Why a task waits, and for whom: as told by the code that routes."""

from typing import Any

import pytest

from taskrouter.engine import (
    commands,
    explain_expression,
    explain_task,
    explain_workers,
    known,
)
from taskrouter.engine.moment import Look
from taskrouter.engine.records import changed
from tests.builders import Centre, to, when


@pytest.fixture
def centre() -> Centre:
    return Centre()


def seen(centre: Centre, task: Any) -> explain_task.Seen:
    workers = list(centre.state.inside(centre.ws, "worker"))
    return explain_task.see(
        Look(centre.state, centre.now), centre.now_of(task), workers
    )


def told(centre: Centre, task: Any, name: str) -> explain_workers.Told:
    everybody = [explain_workers.told(one) for one in seen(centre, task).workers]
    return next(one for one in everybody if one.worker_name == name)


def reasons(centre: Centre, task: Any, name: str) -> list[str]:
    return [one.reason for one in told(centre, task, name).reasons]


def ways(centre: Centre, task: Any) -> list[tuple[int, int, str]]:
    return [
        (one.filter, one.target, one.progress)
        for filter in explain_task.filters(seen(centre, task))
        for one in filter.targets
    ]


def test_who_is_not_available_is_told_by_his_activity(centre):
    centre.worker("Ann", activity="Offline")
    task = centre.task(centre.workflow(default=centre.queue()))
    assert reasons(centre, task, "Ann") == ["activity"]
    assert "Offline" in told(centre, task, "Ann").reasons[0].text


def test_who_does_not_belong_to_the_queue_is_told_the_clause_that_fails(centre):
    queue = centre.queue(workers="level > 1 AND skills HAS 'billing'")
    centre.worker("Ann", level=2, skils=["billing"])
    task = centre.task(centre.workflow(default=queue))
    [reason] = told(centre, task, "Ann").reasons
    assert reason.reason == "queue"
    assert (reason.clause.clause, reason.clause.column) == ("skills HAS 'billing'", 15)
    [name] = reason.clause.names
    assert (name.name, name.value, name.missing) == ("skills", None, True)


def test_in_a_queue_that_addresses_nobody_everybody_is_told_so(centre):
    centre.worker("Ann")
    task = centre.task(centre.workflow(default=centre.queue(workers="")))
    [reason] = told(centre, task, "Ann").reasons
    assert (reason.reason, reason.clause) == ("queue", None)
    assert "addresses nobody" in reason.text


def test_who_does_not_meet_the_target_is_told_both_sides(centre):
    target = to(centre.queue(), expression="task.language IN worker.languages")
    centre.worker("Ann", languages=["en"])
    task = centre.task(
        centre.workflow(when("1==1", target)), attributes={"language": "fr"}
    )
    [reason] = told(centre, task, "Ann").reasons
    assert reason.reason == "expression"
    assert {one.name: one.value for one in reason.clause.names} == {
        "task.language": "fr",
        "worker.languages": ["en"],
    }


def test_who_is_full_is_told_which_tasks_fill_him(centre):
    ann = centre.worker("Ann")
    centre.set_capacity(ann, "default", 1)
    workflow = centre.workflow(default=centre.queue())
    first, second = centre.task(workflow), centre.task(workflow)
    assert told(centre, first, "Ann").verdict == "offered"
    [reason] = told(centre, second, "Ann").reasons
    assert (reason.reason, reason.task_sids) == ("room", (first.sid,))
    assert "1 of 1" in reason.text


def test_a_closed_channel_is_told(centre):
    ann = centre.worker("Ann")
    centre.do(
        commands.UpdateWorkerChannel(
            workspace_sid=centre.ws,
            worker_sid=ann.sid,
            sid="default",
            available=False,
        )
    )
    task = centre.task(centre.workflow(default=centre.queue()))
    assert "not available" in told(centre, task, "Ann").reasons[0].text


def test_whoever_is_not_the_known_worker_is_told_so(centre):
    workflow = centre.workflow(
        when("1==1", to(centre.queue(), known_worker_friendly_name="task.agent"))
    )
    centre.worker("Ann")
    task = centre.task(workflow, attributes={"agent": "Bob"})
    assert reasons(centre, task, "Ann") == ["known_worker"]
    held = seen(centre, task).held
    assert (held.worker_name, held.warning) == ("Bob", known.MISSING)


def test_who_rejected_is_told_that_he_was_asked_while_it_rings_elsewhere(centre):
    centre.worker("Ann")
    centre.worker("Bob")
    task = centre.task(centre.workflow(default=centre.queue(max_reserved_workers=2)))
    centre.answer(task, "rejected", 0)
    assert reasons(centre, task, "Ann") == ["asked"]
    assert told(centre, task, "Bob").verdict == "offered"


def test_it_rings_at_no_more_than_its_queue_allows(centre):
    centre.worker("Ann")
    centre.worker("Bob")
    task = centre.task(centre.workflow(default=centre.queue()))
    assert reasons(centre, task, "Bob") == ["rings_enough"]


def test_a_target_that_is_over_rings_at_nobody_new(centre):
    queue = centre.queue(max_reserved_workers=2)
    centre.worker("Ann")
    task = centre.task(centre.workflow(when("1==1", to(queue, timeout=5))))
    centre.pass_time(6)
    centre.worker("Bob")
    assert reasons(centre, task, "Bob") == ["target_over"]


def test_every_reason_is_told_not_the_first_alone(centre):
    centre.worker("Ann", activity="Offline", team="a")
    task = centre.task(centre.workflow(default=centre.queue(workers="team == 'b'")))
    assert reasons(centre, task, "Ann") == ["activity", "queue"]


def test_before_the_engine_has_looked_whoever_comes_next_is_told_so(centre):
    ann = centre.worker("Ann", activity="Offline")
    workflow = centre.workflow(default=centre.queue())
    task, later = centre.task(workflow), centre.task(workflow)
    centre.state.put(changed(ann, activity_sid=centre.activity("Available")))
    assert told(centre, task, "Ann").verdict == "next"
    assert reasons(centre, later, "Ann") == ["another_first"]


def test_who_is_away_and_full_is_told_both_each_in_its_words(centre):
    ann = centre.worker("Ann", activity="Offline")
    centre.set_capacity(ann, "default", 0)
    task = centre.task(centre.workflow(default=centre.queue()))
    away, full = told(centre, task, "Ann").reasons
    assert (away.reason, full.reason) == ("activity", "room")
    assert "Offline" in away.text
    assert "0 of 0" in full.text


def test_who_serves_one_at_a_time_is_told_so(centre):
    made = centre.do(
        commands.CreateWorkspace(
            account_sid="AC", friendly_name="S", multi_task_enabled=False
        )
    )
    centre.ws = made.sid
    centre.worker("Ann")
    workflow = centre.workflow(default=centre.queue())
    first, second = centre.task(workflow), centre.task(workflow)
    [reason] = told(centre, second, "Ann").reasons
    assert reason.text.startswith("He serves one task at a time")
    assert reason.task_sids == (first.sid,)


def test_steps_that_were_skipped_and_that_timed_out_are_told_apart(centre):
    queue = centre.queue()
    workflow = centre.workflow(
        when("kind == 'x'", to(queue)),
        when(
            "1==1",
            to(queue, skip_if="1==1", timeout=2),
            to(queue, timeout=3),
            to(queue),
            to(queue, timeout=9),
        ),
    )
    task = centre.task(workflow)
    assert ways(centre, task)[:2] == [(1, 0, "skipped"), (1, 1, "here")]
    centre.pass_time(6)
    assert ways(centre, task) == [
        (1, 0, "skipped"),
        (1, 1, "timed_out"),
        (1, 2, "here"),
        (1, 3, "ahead"),
    ]


def test_a_filter_that_does_not_match_says_why(centre):
    queue = centre.queue()
    task = centre.task(centre.workflow(when("kind == 'x'", to(queue)), default=queue))
    [filter] = explain_task.filters(seen(centre, task))
    assert (filter.matches, filter.targets) == (False, ())
    assert filter.clause.names[0].missing
    assert explain_task.default_filter(seen(centre, task)).progress == "here"


def test_a_filter_that_matches_shows_its_targets_also_where_the_task_is_elsewhere(
    centre,
):
    steps = [when("1==1", to(centre.queue(name))) for name in ("First", "Second")]
    task = centre.task(centre.workflow(*steps))
    first, second = explain_task.filters(seen(centre, task))
    assert (first.targets[0].progress, second.targets[0].progress) == ("here", "ahead")


def test_a_long_expression_is_asked_of_fewer_and_says_so(monkeypatch):
    monkeypatch.setattr(explain_expression, "MOST_COMPARISONS", 6)
    people = [explain_expression.Subject(f"WK{n}", None, {}) for n in range(9)]
    short = explain_expression.matching("1==1", people)
    long = explain_expression.matching("1==1 AND 1==1 AND 1==1", people)
    assert (short.looked_at, long.looked_at) == (6, 2)


def test_a_task_that_its_workflow_gave_up_tells_that_all_timed_out(centre):
    task = centre.task(centre.workflow(when("1==1", to(centre.queue(), timeout=2))))
    centre.pass_time(3)
    assert ways(centre, task) == [(0, 0, "timed_out")]
    assert seen(centre, task).workers == ()


def test_a_task_in_the_steps_of_an_earlier_configuration_is_told_by_those(centre):
    queue = centre.queue()
    workflow = centre.workflow(when("1==1", to(queue)))
    task = centre.task(workflow)
    centre.do(
        commands.UpdateWorkflow(
            workspace_sid=centre.ws,
            sid=workflow,
            configuration=f'{{"task_routing": {{"default_filter": {{"queue": "{queue}"}}}}}}',
        )
    )
    assert seen(centre, task).version == "earlier"
    assert ways(centre, task) == [(0, 0, "here")]


def test_the_place_in_line_counts_over_all_channels(centre):
    workflow = centre.workflow(default=centre.queue())
    centre.task(workflow, task_channel="voice")
    second = centre.task(workflow, task_channel="chat")
    first = centre.task(workflow, task_channel="sms", priority=5)
    assert seen(centre, second).line == explain_task.Line(3, 3)
    assert seen(centre, first).line == explain_task.Line(1, 3)


def test_a_task_that_is_handed_over_tells_who_has_it(centre):
    centre.worker("Ann")
    queue = centre.queue()
    task = centre.task(centre.workflow(default=queue))
    centre.answer(task)
    other = centre.queue("Second")
    centre.do(
        commands.CreateTransfer(
            workspace_sid=centre.ws, task_sid=task.sid, to=other, mode="WARM"
        )
    )
    assert told(centre, task, "Ann").verdict == "has_it"
    assert explain_task.default_filter(seen(centre, task)).progress == "passed"


def test_what_is_long_is_shown_by_its_beginning(centre):
    queue = centre.queue(workers=f"note == '{'x' * 500}'")
    centre.worker("Ann", note="y" * 500)
    task = centre.task(centre.workflow(default=queue))
    [reason] = told(centre, task, "Ann").reasons
    assert len(reason.clause.clause) == 200
    assert len(reason.clause.names[0].value) == 200
