"""The rows behind the state, and the log of events.

`Record` is the state itself: one row per resource, its body the engine's dataclass as
JSON. `LoggedEvent` is what happened. `Outbox` is who must still be told.
"""

from django.db import models

DATABASE = "taskrouter"
"Which of the settings' databases holds them."


class Record(models.Model):
    """Rows come back in order of `id`: the order in which resources were made."""

    sid = models.CharField(max_length=34, unique=True)
    kind = models.CharField(max_length=16)
    workspace_sid = models.CharField(max_length=34)
    body = models.TextField()


MOMENT = ("ms", "id")
COUNTED = ("channel", "age", "again")


def index(name: str, *fields: str) -> models.Index:
    return models.Index(fields=fields, name=name)


class LoggedEvent(models.Model):
    """One event; `id` is the order in which things happened.

    Statistics are counted from the narrow columns, never from `data`: every index that
    they use holds all that they read.
    """

    id = models.BigAutoField(primary_key=True)
    sid = models.CharField(max_length=34, unique=True)
    workspace_sid = models.CharField(max_length=34)
    ms = models.BigIntegerField()
    type = models.CharField(max_length=40)
    description = models.TextField()
    resource_type = models.CharField(max_length=16)
    resource_sid = models.CharField(max_length=34)
    actor_type = models.CharField(max_length=40)
    actor_sid = models.CharField(max_length=34)
    source = models.CharField(max_length=40)
    source_ip = models.CharField(max_length=45)
    task_sid = models.CharField(max_length=34)
    worker_sid = models.CharField(max_length=34)
    queue_sid = models.CharField(max_length=34)
    workflow_sid = models.CharField(max_length=34)
    reservation_sid = models.CharField(max_length=34)
    channel = models.CharField(max_length=64)
    age = models.IntegerField(null=True)
    "Seconds since the task was created, where a wait ended: accepted or canceled."
    queue_age = models.IntegerField(null=True)
    "Seconds since it entered its queue, where it was accepted."
    again = models.BooleanField(default=False)
    "It had been accepted before: this wait came after a transfer."
    left_sid = models.CharField(max_length=34, default="")
    "The queue a task moved out of; the activity a worker left, also by being deleted."
    left_since = models.BigIntegerField(null=True)
    "Since when (ms) he had been in that activity."
    data = models.TextField()

    class Meta:
        indexes = [
            index("logged_when", "workspace_sid", *MOMENT),
            index("logged_task", "task_sid", *MOMENT),
            index("logged_offer", "reservation_sid", *MOMENT),
            index("logged_type", "workspace_sid", "type", *MOMENT, *COUNTED),
            index("logged_worker", "worker_sid", *MOMENT, "type", "channel"),
            index("logged_queue", "queue_sid", *MOMENT, "type", *COUNTED, "queue_age"),
            index("logged_workflow", "workflow_sid", *MOMENT, "type", *COUNTED),
            models.Index(
                fields=["worker_sid", "ms", "id", "left_sid", "left_since"],
                condition=models.Q(left_since__isnull=False),
                name="logged_left",
            ),
        ]


class Outbox(models.Model):
    """A callback that is to be made; deleted when it has been answered or given up.

    `kind`: event or assignment. `body` is JSON: what callbacks.py needs to make it.
    """

    kind = models.CharField(max_length=10)
    subject_sid = models.CharField(max_length=34)
    body = models.TextField()


class UntoldPast(models.Model):
    """There is one while the past is being written; `body` is JSON: which past."""

    body = models.TextField()
