"""Samples: TaskRouter's own statistics as polled; and how each feed is doing."""

from django.db import models

from statsync.models.accounts import Workspace


class Sample(models.Model):
    """`kind`: realtime, cumulative. `subject`: workspace, workers, or a WQ, WW sid."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    at_ms = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    subject = models.CharField(max_length=34)
    body = models.TextField()

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "kind", "subject", "at_ms"], name="sample_of"
            ),
            models.Index(fields=["workspace", "at_ms"], name="sample_at"),
        ]


class FeedHealth(models.Model):
    """One row per feed: callback, events, realtime, cumulative, resources, backfill.

    Also one per job without a feed that has ever failed, under the job's name.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    feed = models.CharField(max_length=16)
    tried_ms = models.BigIntegerField(default=0)
    ok_ms = models.BigIntegerField(default=0)
    lag_ms = models.BigIntegerField(null=True)
    failures = models.IntegerField(default=0)
    error = models.TextField(default="")
    "The last failure in words, empty once a try succeeds."

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "feed"], name="feed_once")
        ]
