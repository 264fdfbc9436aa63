"""The rows behind the state, and the log of events.

`Record` is the state itself: one row per resource, its body the engine's dataclass as
JSON. `LoggedEvent` is what happened. `Outbox` is who must still be told.
"""

from django.db import models


class Record(models.Model):
    """Rows come back in order of `id`: the order in which resources were made."""

    sid = models.CharField(max_length=34, unique=True)
    kind = models.CharField(max_length=16)
    workspace_sid = models.CharField(max_length=34)
    body = models.TextField()


class LoggedEvent(models.Model):
    """One event; `id` is the order in which things happened."""

    id = models.BigAutoField(primary_key=True)
    sid = models.CharField(max_length=34, unique=True)
    workspace_sid = models.CharField(max_length=34)
    ms = models.BigIntegerField()
    type = models.CharField(max_length=40)
    description = models.TextField()
    resource_type = models.CharField(max_length=16)
    resource_sid = models.CharField(max_length=34)
    actor_type = models.CharField(max_length=16)
    actor_sid = models.CharField(max_length=34)
    source = models.CharField(max_length=16)
    source_ip = models.CharField(max_length=45)
    task_sid = models.CharField(max_length=34)
    worker_sid = models.CharField(max_length=34)
    queue_sid = models.CharField(max_length=34)
    workflow_sid = models.CharField(max_length=34)
    reservation_sid = models.CharField(max_length=34)
    channel = models.CharField(max_length=64)
    data = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace_sid", "ms", "id"], name="logged_when"),
            models.Index(fields=["task_sid", "ms"], name="logged_task"),
            models.Index(fields=["worker_sid", "ms"], name="logged_worker"),
            models.Index(fields=["workspace_sid", "type", "ms"], name="logged_type"),
        ]


class Outbox(models.Model):
    """A callback that is to be made; deleted when it has been answered or given up.

    `kind`: event or assignment. `body` is JSON: what callbacks.py needs to make it.
    """

    kind = models.CharField(max_length=10)
    subject_sid = models.CharField(max_length=34)
    body = models.TextField()
