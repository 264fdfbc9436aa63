"""Run by test_writers_at_once.py in a process of its own, on the database it is given.

While one writer's transaction is open others begin, as callbacks, polls and jobs do. It
fails if one of them fails, or if a board then shows something else than the facts tell.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence

from django.core.management import call_command
from django.db import connection, transaction

from statsync import live
from statsync.actions import health, ingest
from statsync.live import table
from statsync.live.floor import Floor
from statsync.live.publish import draw_queues
from statsync.live.published import Published
from statsync.live.workers import worker_rows
from statsync.models import Workspace
from statsync.records import EventRecord
from tests.statsync import made_up

ROUNDS, BATCH, STEP_MS = 12, 60, 120_000
OPEN_SECONDS = 0.3
"How long the first writer keeps its transaction open; the others meet it there."


def main() -> None:
    call_command("migrate", verbosity=0)
    workspace = made_up.connected()
    records = made_up.day()[1]
    for n in range(ROUNDS):
        batch = records[n * BATCH : (n + 1) * BATCH]
        # Each round is later than the last by enough for something to be due.
        one_round(workspace, batch, batch[-1].ms + n * STEP_MS)


def one_round(workspace: Workspace, batch: Sequence[EventRecord], now: int) -> None:
    is_open = threading.Event()

    def first() -> None:
        with transaction.atomic():
            ingest.ingest(workspace, batch, False, now)
            is_open.set()
            time.sleep(OPEN_SECONDS)

    def beside(work: Callable[[], object]) -> Callable[[], None]:
        def wait_and_work() -> None:
            is_open.wait(20)
            work()

        return wait_and_work

    at_once(
        first,
        beside(lambda: live.fold_due(workspace, now)),
        beside(lambda: health.note_success(workspace, "events", now)),
    )
    with transaction.atomic():
        drafts = anew(workspace, now)
        published = Published(workspace, SHOWN)
        shown = published.bodies("queue") | published.bodies("worker")
        told = {sid: one.body for (kind, sid), one in drafts.items() if kind in SHOWN}
    # As the browser has them: JSON.
    told = json.loads(json.dumps(told))
    wrong = [sid for sid, body in told.items() if shown.get(sid) != body]
    if wrong:
        raise SystemExit(f"not as the facts tell: {wrong}")


SHOWN = ("queue", "worker")


def at_once(*works: Callable[[], object]) -> None:
    """Raises what one of them has raised."""
    failed: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def anew(workspace: Workspace, now: int) -> table.Drafts:
    """Every worker's, queue's and the total row as the facts tell them."""
    floor = Floor(workspace, now)
    workers = worker_rows(floor, None)
    drafts: table.Drafts = {("worker", sid): one for sid, one in workers.items()}
    bodies = {sid: one.body for sid, one in workers.items() if one.body is not None}
    draw_queues(floor, bodies, drafts, Published(workspace, SHOWN))
    return drafts
