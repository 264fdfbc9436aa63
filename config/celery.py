"""The timetable of jobs."""

from datetime import UTC, datetime

from celery import Celery
from django.conf import settings

app = Celery("signalbox")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_transport_options=(
        {"polling_interval": 0.05} if settings.CELERY_BROKER_URL == "memory://" else {}
    ),
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    worker_hijack_root_logger=False,
    beat_max_loop_interval=1,
)
app.autodiscover_tasks(["statsync"], related_name="jobs")

# seconds; a tick that nobody took before the next one is due is dropped
TIMETABLE: dict[str, float] = {
    "poll_events": 2,
    "poll_realtime": 5,
    "poll_cumulative": 60,
    "sync_resources": 60,
    "backfill": 5,
    "refill_rollups": 5,
    "fold_due": 1,
    "doubt_commands": 15,
    "drop_unconfirmed": 60,
}
# Every job is due when beat starts: after a pause nobody waits another interval.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
app.conf.beat_schedule = {
    name: {
        "task": f"statsync.jobs.{name}",
        "schedule": every,
        "options": {"expires": every},
        "last_run_at": LONG_AGO,
    }
    for name, every in TIMETABLE.items()
}
