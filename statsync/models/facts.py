"""The facts: what the ledger says happened, folded by timelines.py, never patched."""

from django.db import models

from statsync.models.accounts import Workspace


class Stay(models.Model):
    """One task's time in one queue. The row with `nth` 0 also carries the whole task.

    `how`: new, moved, transferred, offered again. `outcome`: "" while it waits,
    answered, abandoned, moved on, ended. `cause` says why it ended (boards.md 1.3).
    """

    pk = models.CompositePrimaryKey("workspace_id", "task_sid", "nth")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, db_index=False)
    task_sid = models.CharField(max_length=34)
    nth = models.SmallIntegerField()
    queue_sid = models.CharField(max_length=34)
    workflow_sid = models.CharField(max_length=34, default="")
    channel = models.CharField(max_length=64)
    direction = models.CharField(max_length=16, default="inbound")
    priority = models.IntegerField(default=0)
    how = models.CharField(max_length=16)
    entered_ms = models.BigIntegerField()
    left_ms = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=16, default="")
    cause = models.CharField(max_length=64, default="")
    wait_ms = models.BigIntegerField(null=True)
    t_ms = models.BigIntegerField()
    s_ms = models.BigIntegerField()
    "T and the short limit S of the queue and channel, as in force on entering."
    to_queue_sid = models.CharField(max_length=34, default="")
    "Where it moved on to."
    from_queue_sid = models.CharField(max_length=34, default="")
    "Of a transferred one: where it had been answered."
    offers = models.SmallIntegerField(default=0)

    task_created_ms = models.BigIntegerField()
    task_answered_ms = models.BigIntegerField(null=True)
    task_ended_ms = models.BigIntegerField(null=True)
    task_outcome = models.CharField(max_length=16, default="")
    task_cause = models.CharField(max_length=64, default="")
    attributes = models.TextField(default="")
    "The task's attributes, JSON text; only on the row with `nth` 0."

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "queue_sid", "entered_ms"], name="stay_entered"
            ),
            models.Index(
                fields=["workspace", "queue_sid", "left_ms"], name="stay_left"
            ),
            models.Index(fields=["workspace", "left_ms"], name="stay_left_any"),
            models.Index(fields=["workspace", "entered_ms"], name="stay_entered_any"),
            models.Index(
                fields=["workspace"],
                condition=models.Q(left_ms=None),
                name="stay_waiting",
            ),
            models.Index(
                fields=["workspace", "task_answered_ms"],
                condition=models.Q(nth=0),
                name="task_answered",
            ),
            models.Index(
                fields=["workspace", "task_ended_ms"],
                condition=models.Q(nth=0),
                name="task_ended",
            ),
        ]


class Offer(models.Model):
    """One reservation; an accepted one carries its leg: talk, then wrap.

    `outcome`: "" while it rings, accepted, rejected, missed, rescinded, cancelled.
    """

    pk = models.CompositePrimaryKey("workspace_id", "sid")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, db_index=False)
    sid = models.CharField(max_length=34)
    task_sid = models.CharField(max_length=34)
    stay_nth = models.SmallIntegerField()
    worker_sid = models.CharField(max_length=34)
    queue_sid = models.CharField(max_length=34)
    channel = models.CharField(max_length=64)
    direction = models.CharField(max_length=16, default="inbound")
    offered_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)
    "When the ringing ended, whatever the outcome."
    outcome = models.CharField(max_length=16, default="")
    wrap_ms = models.BigIntegerField(null=True)
    "When the wrap-up began; equal to completed_ms where there was none."
    completed_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "worker_sid", "offered_ms"], name="offer_worker"
            ),
            models.Index(
                fields=["workspace", "queue_sid", "completed_ms"], name="offer_queue"
            ),
            models.Index(fields=["workspace", "task_sid"], name="offer_task"),
            models.Index(fields=["workspace", "completed_ms"], name="offer_completed"),
            # The outcomes are columns, not a condition: SQLite cannot see that a
            # parameter is one of them.
            models.Index(
                fields=["workspace", "outcome", "ended_ms"],
                condition=models.Q(completed_ms=None),
                name="offer_without_leg",
            ),
        ]


class Spell(models.Model):
    """One worker's unbroken time in one activity with one set of capacities.

    `capacity` is JSON text: {"voice": 1, "chat": 2}, a channel switched off is 0.
    `by` says who began it: agent, missed offer, outside, unknown.
    """

    pk = models.CompositePrimaryKey("workspace_id", "worker_sid", "started_ms", "nth")
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, db_index=False)
    worker_sid = models.CharField(max_length=34)
    started_ms = models.BigIntegerField()
    nth = models.SmallIntegerField(default=0)
    "Tells apart spells that begin in the same millisecond."
    ended_ms = models.BigIntegerField(null=True)
    activity_sid = models.CharField(max_length=34)
    activity_name = models.CharField(max_length=64)
    by = models.CharField(max_length=16, default="unknown")
    activity_since_ms = models.BigIntegerField()
    "Start of the activity itself, which a change of capacity does not break."
    capacity = models.TextField(default="{}")

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "worker_sid", "ended_ms"], name="spell_ended"
            ),
        ]


class Membership(models.Model):
    """One worker's time in one queue: while the queue's expression matched him."""

    pk = models.CompositePrimaryKey(
        "workspace_id", "worker_sid", "queue_sid", "from_ms"
    )
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, db_index=False)
    worker_sid = models.CharField(max_length=34)
    queue_sid = models.CharField(max_length=34)
    from_ms = models.BigIntegerField()
    to_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["workspace", "queue_sid"],
                condition=models.Q(to_ms=None),
                name="membership_now",
            ),
        ]
