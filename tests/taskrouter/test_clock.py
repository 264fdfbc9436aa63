"""A clock that tests move."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.taskrouter.conftest import TaskRouter, change_rows
from tests.taskrouter.listener import Listener


@pytest.fixture(scope="module")
def moved() -> Iterator[TaskRouter]:
    server = TaskRouter(options=("--clock=tests",)).start()
    yield server
    server.stop()


def pass_time(server: TaskRouter, seconds: object) -> dict:
    with server.http() as http:
        url = f"{server.url}/signalbox/v1/Clock"
        answer = http.post(url, data={"Seconds": str(seconds)})
    body: dict = answer.json()
    return body


def test_hours_pass_in_no_time_and_each_thing_at_its_own(moved) -> None:
    sdk = moved.sdk().taskrouter.v1
    made = sdk.workspaces.create(friendly_name="Floor", template="FIFO")
    workspace = sdk.workspaces(made.sid)
    task = workspace.tasks.create(timeout=3600)
    before = pass_time(moved, 0)["ms"]
    assert pass_time(moved, 7200)["ms"] == before + 7_200_000
    [canceled] = workspace.events.list(event_type="task.canceled", minutes=180)
    assert canceled.resource_sid == task.sid
    assert canceled.event_date_ms == before + 3_600_000


def test_what_happens_while_time_stands_still_is_counted_at_once(moved) -> None:
    sdk = moved.sdk().taskrouter.v1
    made = sdk.workspaces.create(friendly_name="Floor", template="FIFO")
    workspace = sdk.workspaces(made.sid)
    available = workspace.activities.list(friendly_name="Available")[0]
    workspace.workers.create(friendly_name="Ann", activity_sid=available.sid)
    pass_time(moved, 60)
    task = workspace.tasks.create()
    offer = workspace.tasks(task.sid).reservations.list()[0]
    workspace.tasks(task.sid).reservations(offer.sid).update(
        reservation_status="accepted"
    )
    counted = workspace.cumulative_statistics().fetch()
    assert (counted.tasks_created, counted.reservations_accepted) == (1, 1)
    durations = workspace.workers.cumulative_statistics().fetch().activity_durations
    assert [one["total"] for one in durations if one["avg"]] == [60]


def test_what_comes_while_time_stands_still_is_listed_in_the_order_it_came(
    moved,
) -> None:
    sdk = moved.sdk().taskrouter.v1
    made = sdk.workspaces.create(friendly_name="Floor", template="FIFO")
    workspace = sdk.workspaces(made.sid)
    came = [workspace.tasks.create().sid for _ in range(4)]
    for name in ("DateCreated", "VirtualStartTime"):
        first = workspace.tasks.list(ordering=f"{name}:asc", page_size=3)
        latest = workspace.tasks.list(ordering=f"{name}:desc", page_size=3)
        assert [one.sid for one in first] == came
        assert [one.sid for one in latest] == came[::-1]
    available = workspace.activities.list(friendly_name="Available")[0]
    worker = workspace.workers.create(friendly_name="Ann", activity_sid=available.sid)
    offers = workspace.tasks(came[0]).reservations
    for _ in range(6):
        offers.list()[-1].update(reservation_status="rejected")
    statuses = [one.reservation_status for one in offers.list()]
    assert statuses == ["rejected"] * 6 + ["pending"]
    of_ann = workspace.workers(worker.sid).reservations.list()
    assert [one.reservation_status for one in of_ann] == statuses


@pytest.mark.parametrize("seconds", ["-1", "soon", "", "9" * 17])
def test_a_move_that_makes_no_sense_is_refused_in_words(moved, seconds) -> None:
    assert "Seconds" in pass_time(moved, seconds)["message"]


def test_the_machines_clock_is_not_moved(taskrouter) -> None:
    assert "--clock=tests" in pass_time(taskrouter, 5)["message"]


def test_after_a_restart_time_goes_on_from_where_it_had_been_moved() -> None:
    server = TaskRouter(options=("--clock=tests",)).start()
    day_after = pass_time(server, 86_400)["ms"]
    made = server.sdk().taskrouter.v1.workspaces.create("Floor", template="FIFO")
    server.stop()
    server.start()
    workspace = server.sdk().taskrouter.v1.workspaces(made.sid)
    task = workspace.tasks.create(timeout=60)
    assert pass_time(server, 60)["ms"] == day_after + 60_000
    assert workspace.tasks(task.sid).fetch().assignment_status == "canceled"
    server.stop()


def test_time_in_which_nothing_happened_has_passed_after_a_kill_too() -> None:
    server = TaskRouter(options=("--clock=tests",)).start()
    made = server.sdk().taskrouter.v1.workspaces.create("Floor", template="FIFO")
    workspace = server.sdk().taskrouter.v1.workspaces(made.sid)
    task = workspace.tasks.create(timeout=3600)
    before = pass_time(server, 3000)["ms"]
    server.kill()
    server.start()
    assert pass_time(server, 600)["ms"] == before + 600_000
    assert workspace.tasks(task.sid).fetch().assignment_status == "canceled"
    server.stop()


def floor_that_asks(server: TaskRouter, listener: Listener):
    """Ann is free, and whoever offers her a task asks the listener."""
    workspaces = server.sdk().taskrouter.v1.workspaces
    workspace = workspaces(workspaces.create("Floor", template="FIFO").sid)
    [flow] = workspace.workflows.list()
    workspace.workflows(flow.sid).update(assignment_callback_url=listener.url)
    [available] = workspace.activities.list(friendly_name="Available")
    workspace.workers.create("Ann", activity_sid=available.sid)
    return workspace


def test_an_offer_is_answered_before_its_time_is_over_however_fast_that_passes(
    moved, listener
) -> None:
    listener.instruction, listener.pause = '{"instruction": "accept"}', 0.3
    workspace = floor_that_asks(moved, listener)
    task = workspace.tasks.create(attributes=json.dumps({"type": "billing"}))
    pass_time(moved, 300)
    assert workspace.tasks(task.sid).fetch().assignment_status == "assigned"


def test_a_receiver_who_is_broken_does_not_stop_the_clock(moved, listener) -> None:
    listener.failures = 1_000_000
    workspace = floor_that_asks(moved, listener)
    task = workspace.tasks.create(timeout=60)
    assert "ms" in pass_time(moved, 90)
    assert workspace.tasks(task.sid).fetch().assignment_status == "canceled"


def test_the_clock_goes_no_further_than_its_years_can_be_written() -> None:
    server = TaskRouter(options=("--clock=tests",)).start()
    server.sdk().taskrouter.v1.workspaces.create("Floor")
    server.stop()
    # As if a test had moved it year by year.
    end = datetime(9998, 12, 30, tzinfo=UTC)
    change_rows(
        server, f"UPDATE taskrouter_loggedevent SET ms = {end.timestamp() * 1000:.0f}"
    )
    server.start()
    assert pass_time(server, 86_400)["date"].startswith("9998-12-31")
    refused = pass_time(server, 2 * 86_400)["message"]
    assert refused.startswith("Seconds: the clock goes no further")
    assert "ms" in pass_time(server, 60)
    server.stop()
