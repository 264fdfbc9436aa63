"""Commands: every change somebody asked TaskRouter for. Also the audit log."""

from django.conf import settings
from django.db import models

from statsync.models.accounts import Workspace


class Command(models.Model):
    """`state`: sent, done, refused, unknown. `answer` is TaskRouter's, in words."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True
    )
    kind = models.CharField(max_length=32)
    subject_sid = models.CharField(max_length=34, default="")
    subject_name = models.CharField(max_length=64, default="")
    before = models.TextField(default="{}")
    after = models.TextField(default="{}")
    state = models.CharField(max_length=8, default="sent")
    code = models.IntegerField(null=True)
    answer = models.TextField(default="")
    once = models.CharField(max_length=64, default="")
    "What was asked by which form, as a digest: a form sent twice is asked once."
    asked_ms = models.BigIntegerField()
    done_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "asked_ms"], name="command_asked")]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "once"],
                condition=~models.Q(once=""),
                name="command_once",
            )
        ]
