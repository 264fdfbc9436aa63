"""The one-time link that `make run` prints: signs in once, within a day."""

import hashlib
import secrets

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from dashboard.models import SignInLink

VALID_MS = 86_400_000
OWNER = "owner"


def make_link(now_ms: int) -> str:
    """An address that signs the owner in once. Links made before stop working."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        SignInLink.objects.all().delete()
        SignInLink.objects.create(digest=digest(token), made_ms=now_ms)
    return f"{settings.PUBLIC_URL.rstrip('/')}/sign-in/{token}/"


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
