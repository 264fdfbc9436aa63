"""Whose TaskRouter it is: the account, and what the next start must know again."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from django.conf import settings

from taskrouter.access import CannotServe

KEPT = "taskrouter.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is written down in KEPT."""

    account_sid: str
    auth_token: str
    workspace_sid: str = ""


def known(path: Path) -> Kept:
    """From the file, but a token that is set counts; what is neither is made up.

    Raises CannotServe: an account stays whose it is.
    """
    sid, token = settings.TASKROUTER_ACCOUNT_SID, settings.TASKROUTER_AUTH_TOKEN
    if not path.exists():
        made_up = f"AC{secrets.token_hex(16)}"
        return Kept(sid or made_up, token or secrets.token_hex(16))
    found = read(path)
    if sid not in ("", found.account_sid):
        raise CannotServe(
            f"TASKROUTER_ACCOUNT_SID={sid}: {path.parent} belongs to the account"
            f" {found.account_sid}; unset it, or set SIGNALBOX_VAR to another folder."
        )
    return replace(found, auth_token=token or found.auth_token)


def read(path: Path) -> Kept:
    try:
        found = Kept(**json.loads(path.read_text()))
    except (ValueError, TypeError):
        raise CannotServe(
            f"{path} is damaged; put a copy of it back, or move it away: then"
            " TASKROUTER_ACCOUNT_SID and TASKROUTER_AUTH_TOKEN count, or new ones are"
            " made."
        ) from None
    return found


def keep(path: Path, what: Kept) -> None:
    """What is there already is not written again. Raises CannotServe."""
    if path.exists() and read(path) == what:
        return
    draft = path.with_suffix(".draft")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(asdict(what), file)
        draft.replace(path)
    except OSError as error:
        raise CannotServe(
            f"{path}: cannot be written ({error.strerror}); make room there, or set"
            " SIGNALBOX_VAR to a folder this user may write to."
        ) from None
