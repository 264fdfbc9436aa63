"""The mirror: TaskRouter's resources as last seen."""

from django.db import models

from statsync.models.accounts import Workspace


class Resource(models.Model):
    """One resource. `kind`: activity, task_channel, worker, worker_channel, task_queue,
    workflow, task, reservation. `body` is the JSON object the API gave.

    Two full lists without it mark it deleted; the row stays, history needs its name.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=16)
    sid = models.CharField(max_length=34)
    parent_sid = models.CharField(max_length=34, default="")
    "The worker of a worker_channel, the task of a reservation."
    name = models.CharField(max_length=64, default="")
    body = models.TextField()
    seen_ms = models.BigIntegerField()
    absences = models.SmallIntegerField(default=0)
    deleted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "sid"], name="resource_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "kind", "parent_sid"], name="resource_children"
            )
        ]
