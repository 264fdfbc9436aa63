"""The ledger: every TaskRouter event once, and how far it has been read."""

from django.db import models

from statsync.models.accounts import Workspace


class Event(models.Model):
    """One event, its JSON text exactly as the Events API gave it.

    Provisional rows come from callbacks; a poll confirms each once, or it is dropped.
    """

    pk = models.CompositePrimaryKey("workspace_id", "ms", "sid")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, db_index=False)
    ms = models.BigIntegerField()
    sid = models.CharField(max_length=34)
    type = models.CharField(max_length=40)
    task_sid = models.CharField(max_length=34, default="")
    worker_sid = models.CharField(max_length=34, default="")
    confirmed = models.BooleanField(default=True)
    received_ms = models.BigIntegerField()
    body = models.TextField()

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "task_sid", "ms"],
                condition=~models.Q(task_sid=""),
                name="event_by_task",
            ),
            models.Index(
                fields=["workspace", "worker_sid", "type", "ms"],
                condition=~models.Q(worker_sid=""),
                name="event_by_worker",
            ),
            models.Index(
                fields=["workspace", "received_ms"],
                condition=models.Q(confirmed=False),
                name="event_provisional",
            ),
            models.Index(
                fields=["workspace", "ms"],
                condition=models.Q(task_sid="", worker_sid=""),
                name="event_of_neither",
            ),
        ]


class Conflict(models.Model):
    """The same event sid with another body: the first is kept, both hashes are shown."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    sid = models.CharField(max_length=34)
    kept_sha256 = models.CharField(max_length=64)
    refused_sha256 = models.CharField(max_length=64)
    seen_ms = models.BigIntegerField()


class SetAside(models.Model):
    """An event that could not be read or kept: its text as it came, and why.

    It keeps no other event away. It is tried again now and then, and goes once kept.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    sha256 = models.CharField(max_length=64)
    body = models.TextField()
    why = models.TextField()
    seen_ms = models.BigIntegerField()
    tried_ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "sha256"], name="set_aside_once"
            )
        ]


class InboxEntry(models.Model):
    """A callback as it came, before it is folded; `state`: new, folded, unreadable."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    received_ms = models.BigIntegerField()
    event_sid = models.CharField(max_length=34)
    form = models.TextField()
    state = models.CharField(max_length=10, default="new")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "event_sid"], name="callback_once"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "received_ms"], name="callback_at")
        ]


class Watermark(models.Model):
    """How far a job has got in a workspace; moves in its rows' transaction."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    job = models.CharField(max_length=32)
    ms = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "job"], name="watermark_once")
        ]


class Window(models.Model):
    """A stretch of the past that is to be read, or was: back-fill and re-reads.

    `state`: waiting, read, expired (TaskRouter forgot it before it was read).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    state = models.CharField(max_length=10, default="waiting")
    events = models.IntegerField(default=0)
    read_ms = models.BigIntegerField(null=True)
    tried_ms = models.BigIntegerField(default=0)
    "When it last failed; such a window waits behind the others."

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "start_ms", "end_ms"], name="window_once"
            )
        ]
