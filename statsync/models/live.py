"""The live table: one row per thing on a board, versioned (design.md, section 5)."""

from django.db import models

from statsync.models.accounts import Workspace


class LiveCounter(models.Model):
    """The version counter of a workspace, taken last before commit; and its epoch."""

    workspace = models.OneToOneField(
        Workspace, on_delete=models.PROTECT, primary_key=True
    )
    epoch = models.CharField(max_length=16)
    version = models.BigIntegerField(default=0)
    swept = models.BigIntegerField(default=0)
    "Up to this version tombstones have been deleted."


class LiveRow(models.Model):
    """`body` is JSON text as the browser gets it, empty when the row is gone."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=16)
    sid = models.CharField(max_length=64)
    body = models.TextField()
    version = models.BigIntegerField()
    scopes = models.TextField(default="[]")
    scopes_before = models.TextField(default="[]")
    due_at = models.BigIntegerField(null=True)
    "When this row changes because time passes; a job folds due rows."
    gone_ms = models.BigIntegerField(null=True)
    "When it went; a tombstone is kept for an hour."

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "sid"], name="live_row_once"
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "version"], name="live_changed"),
            models.Index(
                fields=["workspace", "due_at"],
                condition=~models.Q(due_at=None),
                name="live_due",
            ),
        ]
