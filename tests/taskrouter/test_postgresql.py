"""The built-in TaskRouter on PostgreSQL, whose connections may be lost at any time."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest

from tests.box import ROOT
from tests.machine import create_database, free_port, wait_until
from tests.taskrouter.conftest import TaskRouter
from tests.taskrouter.kills import floor, heard
from tests.taskrouter.listener import Listener
from tests.taskrouter.wire import Wire

END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

COLUMNS = (
    "description, resource_type, resource_sid, actor_type, actor_sid, source, source_ip,"
    " task_sid, worker_sid, queue_sid, workflow_sid, reservation_sid, channel"
)
OLD_LOG = f"""
ALTER TABLE taskrouter_loggedevent SET (autovacuum_enabled = off);
INSERT INTO taskrouter_loggedevent
    (sid, workspace_sid, ms, type, data, left_sid, again, {COLUMNS})
SELECT 'EV' || n, 'WS', n, '', '', '', false{", ''" * 13}
FROM generate_series(1, 20000) AS n;
ANALYZE taskrouter_loggedevent;
DELETE FROM taskrouter_loggedevent WHERE id <= 15000;
"""
"Of which most has been deleted since its planner looked at it."
COUNTERS = """
SELECT n_tup_del, seq_tup_read FROM pg_stat_user_tables
WHERE relname = 'taskrouter_loggedevent'
"""


@pytest.fixture
def database(postgresql_url: str) -> str:
    return create_database(postgresql_url, f"taskrouter_{uuid4().hex}")


@pytest.fixture
def wire(database: str) -> Iterator[Wire]:
    with Wire(int(database.rpartition(":")[2].partition("/")[0])) as wire:
        yield wire


@pytest.fixture
def own(database: str, wire: Wire) -> Iterator[TaskRouter]:
    name = database.rpartition("/")[2]
    url = f"postgres://signalbox@127.0.0.1:{wire.server_port}/{name}"
    server = TaskRouter(settings={"TASKROUTER_DATABASE_URL": url}).start()
    yield server
    server.stop()


def run(database: str, statement: str) -> list[tuple]:
    with psycopg.connect(database, autocommit=True) as connection:
        done = connection.execute(statement)
        return done.fetchall() if done.description else []


def test_a_commit_whose_answer_is_lost_is_answered_and_told(
    own: TaskRouter, wire: Wire, listener: Listener
) -> None:
    with own.http() as http:
        ws = floor(http, listener.url)
        wire.cut_after = b"COMMIT"
        made = http.post(f"{ws}/Tasks")
        assert wire.cut_after is None, "nothing was cut"
        assert made.status_code == 201
        found = http.get(f"{ws}/Tasks").json()["tasks"]
        assert [one["sid"] for one in found] == [made.json()["sid"]]
    wait_until(lambda: len(heard(listener)) == 1, 5, "it is told")


def test_it_outlives_a_database_that_is_away(
    own: TaskRouter, wire: Wire, listener: Listener
) -> None:
    with own.http() as http:
        ws = floor(http, listener.url)
        wire.away = True
        wire.cut()
        answers = [http.post(f"{ws}/Tasks") for _ in range(2)]
        assert {one.status_code for one in answers} == {503}
        wire.away = False
        wait_until(lambda: http.post(f"{ws}/Tasks").is_success, 5, "it goes on")
        found = http.get(f"{ws}/Tasks").json()["tasks"]
        assert len(found) == 1
    wait_until(lambda: len(heard(listener)) == 1, 5, "it is told")


def test_a_lock_that_was_lost_is_held_again(own: TaskRouter, database: str) -> None:
    run(database, END_OTHERS)
    with own.http() as http:
        made = {"FriendlyName": "Floor"}
        wait_until(lambda: http.post("/Workspaces", data=made).is_success, 5, "saved")
    second = subprocess.run(
        [sys.executable, "manage.py", "taskrouter", f"--port={free_port()}"],
        env=own.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode != 0
    assert "already runs on" in second.stderr
    assert "Traceback" not in second.stderr


def test_readers_of_events_share_two_connections(own: TaskRouter, wire: Wire) -> None:
    with own.http() as http, ThreadPoolExecutor(20) as pool:
        ws = floor(http, "")
        before = wire.opened
        pages = pool.map(lambda _: http.get(f"{ws}/Events").status_code, range(40))
        assert set(pages) == {200}
        assert wire.opened - before <= 2


def test_pruning_reads_no_more_than_it_deletes(own: TaskRouter, database: str) -> None:
    own.stop()
    run(database, OLD_LOG)
    wait_until(lambda: run(database, COUNTERS)[0][0] == 15_000, 5, "it is counted")
    ((_, read),) = run(database, COUNTERS)
    own.start()
    wait_until(lambda: run(database, COUNTERS)[0][0] > 15_000, 10, "a step is counted")
    assert run(database, COUNTERS)[0][1] == read
