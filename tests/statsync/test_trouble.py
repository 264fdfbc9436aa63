"""One event, window or workspace that makes trouble keeps no other from being read."""

import json
import threading
import time
from datetime import datetime

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statsync import client, jobs, reader
from statsync.actions import accounts, leases
from statsync.actions.ledger import sha256
from statsync.models import (
    Event,
    FeedHealth,
    LiveRow,
    SetAside,
    Stay,
    Watermark,
    Window,
    Workspace,
)
from statsync.queries import trust
from tests.statsync import made_up

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
TOO_LATE_MS = 2**63
"No database holds such a moment."


@pytest.fixture
def workspace(db) -> Workspace:
    workspace = made_up.connected()
    Window.objects.all().delete()
    return workspace


def event(n: int, ms: int = made_up.NOW, **data: str) -> dict:
    head = {"sid": f"EV{n:032}", "event_type": "task.created", "event_date_ms": ms}
    return {**head, "event_data": {"task_sid": f"WT{n:032}", **data}}


def kept() -> set[str]:
    return set(Event.objects.values_list("sid", flat=True))


def test_an_event_that_cannot_be_kept_is_set_aside_and_the_others_are_kept(
    workspace,
) -> None:
    events = [event(n) for n in range(9)] + [event(9, TOO_LATE_MS)]
    made_up.answered_by(workspace, lambda request: made_up.page(*events))
    reader.poll(workspace, made_up.NOW + 1)
    assert kept() == {one["sid"] for one in events[:9]}
    assert Watermark.objects.get(job="events").ms == made_up.NOW + 1
    aside = SetAside.objects.get()
    assert json.loads(aside.body) == events[9]
    doubts = trust.doubts(workspace)
    assert (doubts.set_aside, bool(doubts.set_aside_why)) == (1, True)


def test_an_unreadable_event_is_kept_as_it_came_and_counted(workspace) -> None:
    bad = {"sid": "EV1", "event_type": "task.created"}
    made_up.answered_by(workspace, lambda request: made_up.page(bad, event(1)))
    reader.poll(workspace, made_up.NOW)
    reader.poll(workspace, made_up.NOW + 2000)
    assert json.loads(SetAside.objects.get().body) == bad
    doubts = trust.doubts(workspace)
    assert (doubts.set_aside, "event_date_ms" in doubts.set_aside_why) == (1, True)
    assert kept() == {event(1)["sid"]}


def test_an_event_set_aside_is_kept_once_that_is_possible(workspace) -> None:
    SetAside.objects.create(
        workspace=workspace,
        sha256=sha256(json.dumps(event(1))),
        body=json.dumps(event(1)),
        why="an older version could not",
        seen_ms=made_up.NOW,
        tried_ms=made_up.NOW,
    )
    reader.try_set_aside(workspace, made_up.NOW + HOUR_MS - 1)
    assert kept() == set()
    reader.try_set_aside(workspace, made_up.NOW + HOUR_MS + 1)
    assert kept() == {event(1)["sid"]}
    assert not SetAside.objects.exists()


def test_attributes_too_deep_to_be_read_are_no_value(workspace) -> None:
    deep = "[" * 1500 + "]" * 1500
    entered = event(2, task_attributes=deep, task_queue_sid="WQ1")
    entered |= {"event_type": "task-queue.entered"}
    worker = event(3, worker_sid="WK1", worker_attributes=deep)
    worker |= {"event_type": "worker.created"}
    made_up.answered_by(workspace, lambda request: made_up.page(entered, worker))
    reader.poll(workspace, made_up.NOW)
    assert Stay.objects.get().direction == "inbound"
    assert len(kept()) == 2


def test_a_workspace_in_trouble_keeps_no_other_from_being_polled(workspace) -> None:
    account = accounts.save_account("AC" + "8" * 32, "http://127.0.0.1:2", "token")
    item = {"sid": "WS" + "8" * 32, "friendly_name": "Another"}
    second = accounts.save_workspace(account, item, made_up.NOW)

    def broken(request):
        raise ZeroDivisionError("a defect")

    made_up.answered_by(workspace, broken)
    made_up.answered_by(second, lambda request: made_up.page(event(1)))
    for _ in range(2):
        jobs.poll_events()
    first, other = FeedHealth.objects.filter(feed="events").order_by("workspace")
    assert (first.failures, "ZeroDivisionError: a defect" in first.error) == (2, True)
    assert (other.failures, other.error, other.ok_ms > 0) == (0, "", True)
    assert Event.objects.get().workspace == second


def test_a_runner_that_was_killed_holds_a_job_up_for_seconds(workspace) -> None:
    now = jobs.now_ms()
    assert leases.take(workspace, "poll_events", now - 16_000, jobs.LEASE_MS)
    made_up.answered_by(workspace, lambda request: made_up.page(event(1)))
    jobs.poll_events()
    assert kept() == {event(1)["sid"]}


def test_who_was_overtaken_does_not_end_the_lease_of_another(workspace) -> None:
    slow = leases.take(workspace, "poll_events", 1_000, 500)
    quick = leases.take(workspace, "poll_events", 1_600, 500)
    assert not slow.move(1_650)
    assert leases.take(workspace, "poll_events", 1_700, 500) is None
    assert quick.move(1_650)
    assert leases.take(workspace, "poll_events", 1_700, 500) is not None


@pytest.mark.parametrize("released", [True, False], ids=["released", "never released"])
def test_jobs_go_on_when_the_clock_has_gone_back(workspace, released) -> None:
    an_hour_ahead = leases.take(workspace, "poll_events", 4_000_000, 500)
    assert an_hour_ahead is not None
    if released:
        an_hour_ahead.move(4_000_100)
    assert leases.take(workspace, "poll_events", 400_000, 500) is not None


def test_a_feed_rests_for_no_failure_that_is_yet_to_come(workspace) -> None:
    FeedHealth.objects.create(
        workspace=workspace,
        feed="events",
        failures=9,
        tried_ms=jobs.now_ms() + HOUR_MS,
    )
    made_up.answered_by(workspace, lambda request: made_up.page(event(1)))
    jobs.poll_events()
    assert kept() == {event(1)["sid"]}


@pytest.mark.django_db(transaction=True)
def test_a_job_that_takes_long_is_not_overtaken(workspace, monkeypatch) -> None:
    monkeypatch.setattr(jobs, "LEASE_MS", 500)
    monkeypatch.setattr(jobs, "RENEW_SECONDS", 0.1)
    asked, begun, over = [], threading.Event(), threading.Event()

    def slow(request):
        asked.append(request)
        begun.set()
        over.wait(10)
        return made_up.page()

    def poll() -> None:
        jobs.poll_events()
        connection.close()

    made_up.answered_by(workspace, slow)
    first = threading.Thread(target=poll)
    first.start()
    begun.wait(10)
    time.sleep(1)
    jobs.poll_events()
    over.set()
    first.join()
    assert len(asked) == 1
    jobs.poll_events()
    assert len(asked) == 2


def test_a_job_without_a_feed_that_fails_is_told_until_it_succeeds(workspace) -> None:
    row = {"workspace": workspace, "kind": "worker", "sid": "WK1", "version": 1}
    LiveRow.objects.create(**row, body="{ cut off", due_at=1)
    jobs.fold_due()
    [(job, why)] = trust.failing_jobs(workspace)
    assert (job, "JSONDecodeError" in why) == ("fold_due", True)
    LiveRow.objects.all().delete()
    jobs.fold_due()
    assert trust.failing_jobs(workspace) == []


def windows(workspace, *starts: int) -> None:
    Window.objects.bulk_create(
        Window(workspace=workspace, start_ms=at, end_ms=at + HOUR_MS) for at in starts
    )


def begun(request: httpx.Request) -> int:
    text = request.url.params["StartDate"]
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def test_a_window_that_fails_waits_behind_the_others(workspace) -> None:
    newest, older, oldest = (made_up.NOW - n * HOUR_MS for n in (1, 2, 3))
    windows(workspace, newest, older, oldest)
    asked = []

    def answer(request):
        asked.append(begun(request))
        if asked[-1] == newest:
            return httpx.Response(400, json={"code": 20001, "message": "No."})
        return made_up.page()

    made_up.answered_by(workspace, answer)
    with pytest.raises(client.Refused):
        reader.backfill_step(workspace, made_up.NOW)
    assert reader.backfill_step(workspace, made_up.NOW)
    assert reader.backfill_step(workspace, made_up.NOW)
    with pytest.raises(client.Refused):
        reader.backfill_step(workspace, made_up.NOW)
    assert asked == [newest, older, oldest, newest]


def test_a_taskrouter_that_is_away_leaves_the_order_of_windows(workspace) -> None:
    windows(workspace, made_up.NOW - 2 * HOUR_MS, made_up.NOW - HOUR_MS)
    answers = [httpx.Response(429)] * 3

    def answer(request):
        return answers.pop() if answers else made_up.page()

    made_up.answered_by(workspace, answer)
    with pytest.raises(client.Throttled):
        reader.backfill_step(workspace, made_up.NOW)
    assert reader.backfill_step(workspace, made_up.NOW)
    assert Window.objects.get(state="read").start_ms == made_up.NOW - HOUR_MS


def test_a_window_that_taskrouter_has_forgotten_stops_nothing(
    workspace,
) -> None:
    windows(workspace, made_up.NOW - 32 * DAY_MS, made_up.NOW - HOUR_MS)
    asked = []

    def answer(request):
        asked.append(begun(request))
        return made_up.page()

    made_up.answered_by(workspace, answer)
    while reader.backfill_step(workspace, made_up.NOW):
        pass
    assert asked == [made_up.NOW - HOUR_MS]
    doubts = trust.doubts(workspace)
    assert (doubts.windows_expired, doubts.windows_waiting) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_the_watermark_moves_in_the_transaction_of_its_last_rows(
    workspace,
) -> None:
    made_up.answered_by(workspace, lambda request: made_up.page(event(1)))
    with CaptureQueriesContext(connection) as told:
        reader.poll(workspace, made_up.NOW + 1)
    said = [one["sql"] for one in told.captured_queries]
    rows = next(n for n, sql in enumerate(said) if "INTO statsync_event" in sql)
    moved = next(
        n for n, sql in enumerate(said) if 'UPDATE "statsync_watermark"' in sql
    )
    assert Watermark.objects.get(job="events").ms == made_up.NOW + 1
    assert rows < moved
    assert not any("COMMIT" in sql for sql in said[rows:moved])
