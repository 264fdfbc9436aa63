from django.db import models


class SignInLink(models.Model):
    """A one-time link, by the SHA-256 of its token."""

    digest = models.CharField(max_length=64, unique=True)
    made_ms = models.BigIntegerField()
