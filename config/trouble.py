"""What keeps a command from starting, as one sentence that names the remedy."""

import json

from django.conf import settings
from django.db.utils import DatabaseError


def words(error: BaseException) -> str | None:
    """None for what is no fault of the ground we stand on."""
    if isinstance(error, DatabaseError):
        return of_database(str(error).strip().splitlines()[0])
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}; this user must be able to use it."
    if isinstance(error, json.JSONDecodeError):
        return (
            f"A file in {settings.VAR} is cut or damaged ({error});"
            " taskrouter.json holds the account of the built-in TaskRouter: restore it."
        )
    return None


def of_database(what: str) -> str:
    if "no such table" in what or "does not exist" in what:
        return f"The database is empty ({what}); start it once first: make run."
    return (
        f"The database cannot be used: {what}. Check DATABASE_URL and"
        f" TASKROUTER_DATABASE_URL, or the files in {settings.VAR}."
    )
