"""Celery's runner and beat as threads of the web process, over the memory broker."""

import threading

from celery import Celery
from celery.beat import EmbeddedService
from celery.worker import WorkController
from celery.worker import state as runner_state

JOBS_AT_ONCE = 4
STOP_SECONDS = 3


class JobRunner:
    def __init__(self, app: Celery) -> None:
        self._runner = WorkController(
            app=app,
            pool_cls="threads",
            concurrency=JOBS_AT_ONCE,
            prefetch_multiplier=2,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            loglevel="WARNING",
        )
        self._thread = threading.Thread(
            target=self._runner.start, name="job runner", daemon=True
        )
        self._beat = EmbeddedService(
            app, thread=True, scheduler_cls="celery.beat:Scheduler"
        )

    def start(self) -> None:
        self._thread.start()
        self._beat.start()

    def stop(self) -> None:
        """Ends beat, lets jobs under way finish, ends the runner; one that waits for a
        broker that is gone is left behind."""
        self._beat.service.stop()
        self._beat.join(STOP_SECONDS)
        runner_state.should_stop = 0
        self._thread.join(STOP_SECONDS)
