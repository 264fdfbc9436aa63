"""When to sync. Each job may run twice, late, or be killed anywhere.

A lease per job and workspace keeps a second runner from doing the same at the same time.
A running job renews it; that of a killed runner ends by itself, so it stops nobody long.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from celery import shared_task
from django.db import DatabaseError, connection

from clock import now_ms
from statsync import live, reader, sync
from statsync.actions import commands, health, inbox, ingest, leases, ledger, samples
from statsync.actions.rollups import refill_rollups as refill
from statsync.client import TaskRouterError
from statsync.models import DirtyBucket, FeedHealth, Workspace
from statsync.records import Garbled
from statsync.rollups import bucket_of

log = structlog.get_logger()
LEASE_MS = 15_000
"A runner that was killed holds a job up for so long."
RENEW_SECONDS = 5.0
MOST_REST_SECONDS = 60
BUDGET_SECONDS = 4.0
"How long a job that has much to do goes on before it makes room."


def for_each(job: str, work: Callable[[Workspace], None]) -> None:
    """A job that has no feed; its health is kept under its own name."""

    def tried(workspace: Workspace) -> None:
        work(workspace)
        health.note_recovery(workspace, job, now_ms())

    one_by_one(job, job, tried)


def feed(job: str, name: str, work: Callable[[Workspace], None]) -> None:
    """A job that reads a feed; a feed that keeps failing is rested."""

    def tried(workspace: Workspace) -> None:
        if not resting(workspace, name):
            work(workspace)
            health.note_success(workspace, name, now_ms())

    one_by_one(job, name, tried)


def one_by_one(job: str, name: str, work: Callable[[Workspace], None]) -> None:
    """Each workspace on its own: the trouble of one is not the next one's."""
    for workspace in Workspace.objects.select_related("account"):
        lease = leases.take(workspace, job, now_ms(), LEASE_MS)
        if lease is not None:
            try:
                with renewed(lease):
                    attempt(name, workspace, work)
            except Exception:
                log.exception("job.failed", job=job, workspace=workspace.sid)


@contextmanager
def renewed(lease: leases.Lease) -> Iterator[None]:
    """A job may take long, as when TaskRouter is slow; only a dead one is replaced."""
    over = threading.Event()
    renewer = threading.Thread(target=renew, args=(lease, over), daemon=True)
    renewer.start()
    try:
        yield
    finally:
        over.set()
        renewer.join()
        lease.move(now_ms())


def renew(lease: leases.Lease, over: threading.Event) -> None:
    while not over.wait(RENEW_SECONDS):
        try:
            lease.move(now_ms() + LEASE_MS)
        except DatabaseError as error:
            log.warning("lease.not_renewed", lease=lease.name, error=str(error))
        finally:
            connection.close()


def attempt(name: str, workspace: Workspace, work: Callable[[Workspace], None]) -> None:
    """What TaskRouter did not do is told; anything else is a defect and is raised too."""
    try:
        work(workspace)
    except (TaskRouterError, Garbled) as error:
        log.warning("feed.failed", feed=name, why=str(error))
        health.note_failure(workspace, name, now_ms(), str(error))
    except Exception as error:
        words = f"Signalbox could not go on: {type(error).__name__}: {error}"
        health.note_failure(workspace, name, now_ms(), words)
        raise


def resting(workspace: Workspace, name: str) -> bool:
    """From the third failure in a row on, twice as long each time, a minute at most."""
    row = FeedHealth.objects.filter(workspace=workspace, feed=name).first()
    if row is None or row.failures < 3:
        return False
    rest = min(MOST_REST_SECONDS, 2 ** (row.failures - 2))
    # The clock may have gone back since.
    return bool(0 <= now_ms() - row.tried_ms < rest * 1000)


@shared_task
def poll_events() -> None:
    feed("poll_events", "events", lambda one: void(reader.poll(one, now_ms())))


@shared_task
def poll_realtime() -> None:
    feed("poll_realtime", "realtime", sync.realtime)


@shared_task
def poll_cumulative() -> None:
    feed("poll_cumulative", "cumulative", sync.cumulative)


@shared_task
def sync_resources() -> None:
    feed("sync_resources", "resources", sync.resources)


@shared_task
def backfill() -> None:
    feed("backfill", "backfill", within_budget(reader.backfill_step))


@shared_task
def refill_rollups() -> None:
    def work(workspace: Workspace, now: int) -> bool:
        refill(workspace, now)
        # The present quarter is always dirty again; only older ones are worth more.
        older = DirtyBucket.objects.filter(
            workspace=workspace, start_ms__lt=bucket_of(now)
        )
        return older.exists()

    for_each("refill_rollups", within_budget(work))


def within_budget(
    step: Callable[[Workspace, int], bool],
) -> Callable[[Workspace], None]:
    """Steps until none is left or the time is up."""

    def work(workspace: Workspace) -> None:
        ends = time.monotonic() + BUDGET_SECONDS
        while step(workspace, now_ms()) and time.monotonic() < ends:
            pass

    return work


@shared_task
def fold_due() -> None:
    for_each("fold_due", lambda one: void(live.fold_due(one, now_ms())))


@shared_task
def doubt_commands() -> None:
    for_each("doubt_commands", lambda one: commands.doubt_old(one, now_ms()))


@shared_task
def drop_unconfirmed() -> None:
    def work(workspace: Workspace) -> None:
        ingest.drop_unconfirmed(workspace, now_ms())
        reader.try_set_aside(workspace, now_ms())
        inbox.forget_old(workspace, now_ms())
        ledger.forget_conflicts(workspace, now_ms())
        samples.forget_old(workspace, now_ms())
        within_budget(samples.thin)(workspace)

    for_each("drop_unconfirmed", work)


def void(_: object) -> None:
    """A job has no result."""
