"""Definitions: what TaskRouter does not know, each dated, guesses marked."""

from django.db import models

from statsync.models.accounts import Workspace


class Dated(models.Model):
    """Holds from `from_ms` until the next row of the same key."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    from_ms = models.BigIntegerField(default=0)
    guessed = models.BooleanField(default=True)

    class Meta:
        abstract = True


class WorkspaceRule(Dated):
    zone = models.CharField(max_length=64, default="UTC")
    day_start_minutes = models.SmallIntegerField(default=0)


class ActivityKind(Dated):
    """`kind`: ready, break, meal, meeting, training, project, wrap, missed offer, offline."""

    activity_sid = models.CharField(max_length=34)
    kind = models.CharField(max_length=16)
    limit_seconds = models.IntegerField(null=True)
    signed_in = models.BooleanField(default=True)


class ReasonCause(Dated):
    """Cancel and completion reasons to causes.

    `cause`: customer left, callback, voicemail, ran out of steps, expired, closed by
    staff, test, unmapped.
    """

    reason = models.CharField(max_length=255)
    cause = models.CharField(max_length=32)


class FieldMap(Dated):
    """`field`: team, site, skills, full_name (of a worker); customer, number, direction,
    language, vip, test, contact (of a task). `attribute` is a dotted path."""

    of = models.CharField(max_length=8)
    field = models.CharField(max_length=16)
    attribute = models.CharField(max_length=64)


class ServiceRule(Dated):
    """T, S, formula, target and levels of a queue; channel "" means every channel.

    `formula`: target, all abandons, left in time, of answered. Levels are percentages.
    """

    queue_sid = models.CharField(max_length=34)
    channel = models.CharField(max_length=64, default="")
    t_seconds = models.IntegerField(default=60)
    s_seconds = models.IntegerField(default=5)
    formula = models.CharField(max_length=16, default="target")
    target = models.SmallIntegerField(default=80)
    watch_below = models.SmallIntegerField(default=80)
    act_below = models.SmallIntegerField(default=70)
    deferred = models.BooleanField(default=False)
