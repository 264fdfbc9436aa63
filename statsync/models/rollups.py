"""Rollups: facts in buckets of 15 minutes and days, in columns that SQL can add.

Every `*_ms` sum is in milliseconds. In each row waiting_start + entered = answered +
abandoned + short + moved_on + ended + waiting_end (abandoned leaves the short ones out).
`wait_hist` and `handle_hist` columns are counts per band (rollups.BANDS).
"""

from django.db import models

from statsync.models.accounts import Workspace


class Interval(models.Model):
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, db_index=False)
    start_ms = models.BigIntegerField()
    size = models.SmallIntegerField()
    "Minutes; 1440 means a day of the workspace's zone, however long it was."

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["workspace", "size", "start_ms"], name="%(class)s_at")
        ]


class Demand(Interval):
    """What the queue and the workflow rows share: demand and its waits."""

    channel = models.CharField(max_length=64)
    waiting_start = models.IntegerField(default=0)
    entered = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    answered_in_t = models.IntegerField(default=0)
    abandoned = models.IntegerField(default=0)
    abandoned_in_t = models.IntegerField(default=0)
    short = models.IntegerField(default=0)
    callback = models.IntegerField(default=0)
    moved_on = models.IntegerField(default=0)
    moved_on_late = models.IntegerField(default=0)
    transferred_in = models.IntegerField(default=0)
    transferred_out = models.IntegerField(default=0)
    ended = models.IntegerField(default=0)
    waiting_end = models.IntegerField(default=0)
    late_end = models.IntegerField(default=0)
    wait_sum_ms = models.BigIntegerField(default=0)
    wait_n = models.IntegerField(default=0)
    wait_max_ms = models.BigIntegerField(null=True)
    legs = models.IntegerField(default=0)
    talk_sum_ms = models.BigIntegerField(default=0)
    wrap_sum_ms = models.BigIntegerField(default=0)
    handle_max_ms = models.BigIntegerField(null=True)

    class Meta(Interval.Meta):
        abstract = True


for _prefix in ("wait", "handle"):
    for _band in range(24):
        Demand.add_to_class(
            f"{_prefix}_hist_{_band:02}", models.IntegerField(default=0)
        )


class QueueInterval(Demand):
    pk = models.CompositePrimaryKey(
        "workspace_id", "size", "queue_sid", "channel", "start_ms"
    )
    queue_sid = models.CharField(max_length=34)


class WorkflowInterval(Demand):
    """Rows by workflow count tasks; workflow_sid "" is the whole workspace."""

    pk = models.CompositePrimaryKey(
        "workspace_id", "size", "workflow_sid", "channel", "start_ms"
    )
    workflow_sid = models.CharField(max_length=34)


class WorkerInterval(Interval):
    """Agent time, each second once: away, handling, ringing, idle; offers and legs."""

    pk = models.CompositePrimaryKey("workspace_id", "size", "worker_sid", "start_ms")
    worker_sid = models.CharField(max_length=34)
    signed_in_ms = models.BigIntegerField(default=0)
    idle_ms = models.BigIntegerField(default=0)
    ringing_ms = models.BigIntegerField(default=0)
    handling_ms = models.BigIntegerField(default=0)
    away_ms = models.BigIntegerField(default=0)
    while_away_ms = models.BigIntegerField(default=0)
    task_ms = models.BigIntegerField(default=0)
    "Task time: overlapping tasks each in full; task_ms ÷ handling_ms is concurrency."
    offers = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    missed = models.IntegerField(default=0)
    rescinded = models.IntegerField(default=0)
    cancelled = models.IntegerField(default=0)
    legs = models.IntegerField(default=0)
    talk_sum_ms = models.BigIntegerField(default=0)
    wrap_sum_ms = models.BigIntegerField(default=0)


class DirtyBucket(models.Model):
    """A quarter of an hour whose facts have changed since its rows were filled."""

    pk = models.CompositePrimaryKey("workspace_id", "start_ms")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, db_index=False)
    start_ms = models.BigIntegerField()
