"""Who may still follow a board: a right may end while a socket is open."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
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
    """Of these, whose account is active, who has not signed out, and whose password is
    the one he signed in with. Two queries."""
    users = get_user_model().objects.filter(
        pk__in={one.user_id for one in viewers}, is_active=True
    )
    sessions = Session.objects.filter(
        session_key__in={one.session_key for one in viewers},
        expire_date__gt=timezone.now(),
    )
    hashes = {user.pk: hashes_of(user) for user in users}
    opened = {row.session_key: row.get_decoded() for row in sessions}
    return {one for one in viewers if may_stay(one, hashes, opened)}


def may_stay(
    viewer: Viewer, hashes: dict[int, set[str]], sessions: dict[str, dict[str, Any]]
) -> bool:
    """`hashes` by active user, `sessions` by key."""
    if viewer.user_id not in hashes:
        return False
    if not viewer.session_key:
        return True  # a test's, a bench's: it stands by its user alone
    signed_in = sessions.get(viewer.session_key, {})
    is_his = signed_in.get(SESSION_KEY) == str(viewer.user_id)
    return is_his and signed_in.get(HASH_SESSION_KEY) in hashes[viewer.user_id]


def hashes_of(user: Any) -> set[str]:
    """What a session holds that was begun with the present password; also while
    SECRET_KEY is being changed."""
    return {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
