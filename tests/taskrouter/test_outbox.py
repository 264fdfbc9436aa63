"""What is still to be told: kept over a kill, and let go once it is told."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from taskrouter import outbox
from taskrouter.models import DATABASE, Outbox
from tests.machine import wait_until
from tests.taskrouter.conftest import TaskRouter
from tests.taskrouter.floor import opened
from tests.taskrouter.listener import Listener

FULL = """
CREATE TRIGGER full BEFORE DELETE ON taskrouter_outbox
BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
"""


@pytest.fixture
def own() -> Iterator[TaskRouter]:
    server = TaskRouter().start()
    yield server
    server.stop()


def ask(server: TaskRouter, statement: str) -> list[tuple[int]]:
    with closing(sqlite3.connect(server.var / "taskrouter.sqlite3")) as database:
        return database.execute(statement).fetchall()


def letters_to(server: TaskRouter, listener: Listener) -> int:
    like = f"body LIKE '%:{listener.server_port}/%'"
    ((number,),) = ask(server, f"SELECT COUNT(*) FROM taskrouter_outbox WHERE {like}")
    return number


def test_an_offer_told_again_after_a_kill_is_told_as_it_was(own, listener) -> None:
    listener.pause = 2.0
    with own.http() as http:
        floor = opened(http)
        floor.hang_up()
        workflow = f"{floor.ws}/Workflows/{floor.sids['Workflow']}"
        asked = {"AssignmentCallbackUrl": listener.url}
        http.post(workflow, data=asked).raise_for_status()
        floor.make("Tasks", WorkflowSid=floor.sids["Workflow"])
        wait_until(lambda: len(listener.heard) == 1, 5, "it is told")
        own.kill()
        time.sleep(1.1)  # a second later it would be another second
        own.start()
        wait_until(lambda: len(listener.heard) == 2, 10, "it is told again")
    first, second = (form for form, _ in listener.heard)
    assert first == second
    assert listener.tokens[0] == listener.tokens[1]


def test_what_was_told_is_let_go_when_the_database_can_again(
    taskrouter, http, ws, listener
) -> None:
    ask(taskrouter, FULL)
    try:
        http.post(ws, data={"EventCallbackUrl": listener.url}).raise_for_status()
        wait_until(lambda: listener.heard, 5, "it is told")
        time.sleep(0.5)  # longer than told letters are kept
        assert letters_to(taskrouter, listener) == 1
    finally:
        ask(taskrouter, "DROP TRIGGER full")
    wait_until(lambda: letters_to(taskrouter, listener) == 0, 5, "it is let go")


@pytest.mark.django_db(databases=["default", "taskrouter"])
def test_any_number_is_let_go_at_once() -> None:
    kept = Outbox.objects.using(DATABASE).create(kind="event", body="{}")
    last = Outbox.objects.using(DATABASE).create(kind="event", body="{}")
    outbox.delivered([last.id, *range(last.id + 1, last.id + 260_000)])
    assert list(Outbox.objects.using(DATABASE).all()) == [kept]
