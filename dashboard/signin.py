"""The one-time link that `make run` prints: signs in once, within a day. And how long
somebody who has tried too many passwords must wait."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from dashboard.models import SignInLink

VALID_MS = 86_400_000
OWNER = "owner"


def make_link(now_ms: int, url: str) -> str:
    """An address below `url` that signs the owner in once. Older ones stop working."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        SignInLink.objects.all().delete()
        SignInLink.objects.create(digest=digest(token), made_ms=now_ms)
    return f"{url.rstrip('/')}/sign-in/{token}/"


def use_link(token: str, now_ms: int) -> User | None:
    """The user it signs in; None when it is unknown, used or too old."""
    used, _ = SignInLink.objects.filter(
        digest=digest(token), made_ms__gte=now_ms - VALID_MS
    ).delete()
    if not used:
        return None
    users = User.objects
    user, made = users.get_or_create(
        username=OWNER, defaults={"is_staff": True, "is_superuser": True}
    )
    if made:
        user.set_unusable_password()
        user.save()
    return user


def digest(token: str) -> str:
    """Only this is kept: who reads the database cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """As accounts are found by it: `Kim` and `kim` are guesses at one password."""
    given = credentials or request.POST
    return str(given.get("username") or "").strip().lower()


def wait_for(name: str) -> timedelta:
    """Since the last wrong password; tries while waiting do not prolong it."""
    newest = AccessAttempt.objects.filter(username=name).order_by("-attempt_time")
    last = newest.values_list("attempt_time", flat=True).first()
    left = last + settings.AXES_COOLOFF_TIME - timezone.now() if last else timedelta()
    return max(left, timedelta(seconds=1))
