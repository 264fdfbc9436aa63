"""Who may still follow a board: a right may end while a socket is open."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who sits before a socket, and by which sign-in."""

    user_id: int
    session_key: str

    @classmethod
    def of(cls, scope: dict[str, Any]) -> "Viewer | None":
        """None for somebody who is not signed in."""
        user, session = scope.get("user"), scope.get("session")
        if user is None or not user.is_authenticated:
            return None
        return cls(user.pk, getattr(session, "session_key", None) or "")


def still_in(viewers: Collection[Viewer]) -> set[Viewer]:
    """Of these, whose account is active and who has not signed out. Two queries."""
    users = get_user_model().objects.filter(
        pk__in={one.user_id for one in viewers}, is_active=True
    )
    sessions = Session.objects.filter(
        session_key__in={one.session_key for one in viewers},
        expire_date__gt=timezone.now(),
    )
    active = set(users.values_list("pk", flat=True))
    # A socket without a session (a test's, a bench's) stands by its user alone.
    open = {"", *sessions.values_list("session_key", flat=True)}
    return {one for one in viewers if one.user_id in active and one.session_key in open}
