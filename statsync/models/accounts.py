"""Who we read from: a TaskRouter account and its workspaces."""

from django.db import models

from statsync.secret import EncryptedField


class Account(models.Model):
    """One TaskRouter account, at Twilio or built in; the token is write-only."""

    sid = models.CharField(max_length=34, unique=True)
    name = models.CharField(max_length=64, default="")
    base_url = models.CharField(max_length=255)
    auth_token = EncryptedField()


class Workspace(models.Model):
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    sid = models.CharField(max_length=34, unique=True)
    name = models.CharField(max_length=64, default="")
    connected_ms = models.BigIntegerField()
    callbacks = models.BooleanField(default=False)
    "TaskRouter has been told to post its events to our inbox."
