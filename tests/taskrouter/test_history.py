"""What the log costs to count, how long it is kept, and how an older one is read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext

from bench.p9_statistics import NOW, Played, steps_of
from taskrouter import history, store
from taskrouter.engine import commands
from taskrouter.models import LoggedEvent
from tests.builders import Centre
from tests.conftest import fast
from tests.road import FastTaskRouter
from tests.taskrouter.random_day import iso

DAY_MS = 86_400_000
BEFORE = [("taskrouter", "0001_initial")]
# Django makes no test database without the default one.
BOTH = ["default", "taskrouter"]
on_the_log = pytest.mark.django_db(databases=BOTH)


@on_the_log
def test_a_quarter_reads_as_much_whatever_the_history() -> None:
    played = Played(days=10, workers=8)
    long = {name: steps_of(one) for name, one in played.questions().items()}
    played.forget(NOW - DAY_MS)
    short = {name: steps_of(one) for name, one in played.questions().items()}
    assert long == short


@on_the_log
def test_every_count_is_read_from_an_index() -> None:
    played = Played(days=1, workers=8)
    database = connections["taskrouter"]
    with CaptureQueriesContext(database) as asked:
        for question in played.questions().values():
            question()
    with database.cursor() as cursor:
        plans = [
            row[3]
            for one in asked
            for row in cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}").fetchall()
        ]
    assert [one for one in plans if one.startswith("SEARCH taskrouter_loggedevent")]
    assert [one for one in plans if one.startswith("SCAN taskrouter_loggedevent")] == []


def waited(n: int, age: int) -> LoggedEvent:
    return LoggedEvent(
        sid=f"EV{n:032}",
        workspace_sid="WS",
        ms=n,
        type="reservation.accepted",
        channel="voice",
        age=age,
        data="{}",
    )


@on_the_log
def test_a_split_looks_at_the_latest_ten_thousand_waits() -> None:
    most = history.MOST_WAITS
    early = [waited(n, 99) for n in range(500)]
    late = [waited(n, 5) for n in range(500, 500 + most)]
    LoggedEvent.objects.using("taskrouter").bulk_create([*early, *late])
    window = history.Window("WS", 0, 500 + most)
    found = history.counts(window, "workspace", ["WS"], split=True)["WS"]
    assert found.waits == {("reservation.accepted", 5): most}
    assert found.of("reservation.accepted").n == most + 500


@pytest.fixture
def short_memory(tmp_path: Path) -> Iterator[FastTaskRouter]:
    with fast(TASKROUTER_HISTORY_DAYS="2", SIGNALBOX_VAR=str(tmp_path)) as router:
        yield router


def test_what_is_older_than_history_goes_is_neither_told_nor_kept(
    short_memory: FastTaskRouter, tmp_path: Path
) -> None:
    api = short_memory
    ws = f"/{api.post('', FriendlyName='Floor')['sid']}"
    worker = api.post(f"{ws}/Workers", FriendlyName="Ann")["sid"]
    event = api.get(f"{ws}/Events", EventType="worker.created")["events"][0]["sid"]
    api.move(api.now + 3 * DAY_MS)

    assert api.http.get(f"/v1/Workspaces{ws}/Events/{event}").status_code == 404
    api.http.post("/prune").raise_for_status()
    with closing(sqlite3.connect(tmp_path / "taskrouter.sqlite3")) as database:
        (left,) = database.execute("SELECT COUNT(*) FROM taskrouter_loggedevent")
    assert left == (0,)

    body = api.get(f"{ws}/Workers/{worker}/Statistics", Minutes=60)
    spent = [one["total"] for one in body["cumulative"]["activity_durations"]]
    assert sorted(spent)[-1] == 3600


def test_pruning_leaves_what_may_still_be_asked_for(
    short_memory: FastTaskRouter,
) -> None:
    api = short_memory
    ws = f"/{api.post('', FriendlyName='Floor')['sid']}"
    api.move(api.now + DAY_MS)
    api.post(f"{ws}/Workers", FriendlyName="Ann")
    api.move(api.now + 2 * DAY_MS)
    api.http.post("/prune").raise_for_status()
    types = [
        one["event_type"] for one in api.get(f"{ws}/Events", Minutes=2880)["events"]
    ]
    assert types == ["worker.created"]


def test_a_list_that_is_being_read_is_read_to_its_end(
    short_memory: FastTaskRouter,
) -> None:
    api = short_memory
    ws = f"/{api.post('', FriendlyName='Floor')['sid']}"
    api.move(api.now + DAY_MS)
    start = datetime.fromtimestamp((api.now - 2 * DAY_MS) / 1000, UTC).isoformat()
    page = api.get(f"{ws}/Events", StartDate=start, PageSize=6)
    seen = [one["sid"] for one in page["events"]]
    api.move(api.now + 300_000)  # more than a request may be late
    while url := page["meta"]["next_page_url"]:
        answer = api.http.get(url).raise_for_status()
        page = answer.json()
        seen += [one["sid"] for one in page["events"]]
    types = api.get(f"{ws}/Events", Minutes=2880)["events"]
    assert seen == [one["sid"] for one in types]


@pytest.mark.django_db(databases=BOTH, transaction=True)
def test_a_log_from_before_is_counted_too() -> None:
    centre = lived()
    store.import_past(centre.state, centre.events)
    after = measured()
    database = connections["taskrouter"]
    executor = MigrationExecutor(database)
    newest = executor.loader.graph.leaf_nodes("taskrouter")
    try:
        executor.migrate(BEFORE)
    finally:
        MigrationExecutor(database).migrate(newest)
    assert measured() == after


def lived() -> Centre:
    """Moves, waits, an end: each kind of event that has something measured."""
    centre = Centre()
    first, second = centre.queue("First"), centre.queue("Second")
    targets = [{"queue": first, "timeout": 20}, {"queue": second}]
    workflow = centre.workflow({"expression": "1==1", "targets": targets})
    task, other = centre.task(workflow), centre.task(workflow)
    centre.pass_time(50)
    worker = centre.worker("Ann")
    centre.answer(task)
    centre.pass_time(5)
    centre.end(other, "canceled")
    centre.end(task, "completed")
    centre.set_activity(worker, "Offline")
    centre.pass_time(400)
    delete = commands.DeleteWorker(workspace_sid=centre.ws, sid=worker.sid)
    centre.do(delete)
    return centre


def measured() -> list[tuple[object, ...]]:
    columns = ("age", "queue_age", "again", "left_sid", "left_since")
    rows = LoggedEvent.objects.using("taskrouter").order_by("id")
    return list(rows.values_list("type", *columns))


def test_in_a_window_of_no_length_nobody_stood_in_what_has_been_deleted(
    fast_taskrouter: FastTaskRouter,
) -> None:
    api = fast_taskrouter
    ws = f"/{api.post('', FriendlyName='Floor')['sid']}"
    lunch = api.post(f"{ws}/Activities", FriendlyName="Lunch")["sid"]
    worker = api.post(f"{ws}/Workers", FriendlyName="Ann", ActivitySid=lunch)
    api.move(api.now + 60_000)
    at = iso(api.now)
    api.move(api.now + 60_000)
    offline = api.get(ws)["default_activity_sid"]
    api.post(f"{ws}/Workers/{worker['sid']}", ActivitySid=offline)
    api.http.delete(f"/v1/Workspaces{ws}/Activities/{lunch}").raise_for_status()
    api.move(api.now + 60_000)

    asked = {"StartDate": at, "EndDate": at}
    body = api.get(f"{ws}/Workers/CumulativeStatistics", **asked)
    assert lunch not in [one["sid"] for one in body["activity_durations"]]
