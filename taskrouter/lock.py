"""One owner per database, held by a lock that the kernel frees when we die."""

import fcntl
from pathlib import Path
from typing import IO

from django.db import connections

from taskrouter.models import DATABASE

ADVISORY_KEY = 0x7A5C


class AlreadyOwned(Exception):
    """Another built-in TaskRouter works on this database."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"A built-in TaskRouter already runs on {place}; stop it first,"
            " or give TASKROUTER_DATABASE_URL another database."
        )


def hold() -> IO[str] | None:
    """Takes the lock for as long as the process (or the returned file) lives.

    On PostgreSQL it belongs to the connection of the calling thread, which must stay open.
    """
    connection = connections[DATABASE]
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return hold_file(Path(f"{name}.lock"), name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_KEY])
        if not cursor.fetchone()[0]:
            raise AlreadyOwned(name)
    return None


def hold_file(path: Path, name: str) -> IO[str]:
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyOwned(name) from None
    return file
