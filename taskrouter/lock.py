"""One owner per database, held by a lock that the kernel or the database frees when we die."""

import fcntl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from django.db import InterfaceError, OperationalError, connections

from taskrouter.models import DATABASE

ADVISORY_KEY = 0x7A5C
WAIT = "SET lock_timeout = '5s'"
"Somebody may have locked our tables: whoever asks is told so."
T = TypeVar("T")


class AlreadyOwned(Exception):
    """Another built-in TaskRouter works on this database."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"A built-in TaskRouter already runs on {place}; stop it first,"
            " or give TASKROUTER_DATABASE_URL another database."
        )


class Away(OperationalError):
    """PostgreSQL cannot be used just now, or lost our lock: to be held again."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Of a file, or of an advisory lock, which belongs to the connection."""

    file: IO[str] | None = None
    connection: object = None

    def work(self, work: Callable[..., T], *args: object) -> T:
        """Under the lock: Django opens another connection unasked. Raises Away."""
        if self.file is not None:
            return work(*args)
        if connections[DATABASE].connection is not self.connection:
            raise Away("the connection was lost")
        return tried(work, *args)

    def again(self) -> "Hold":
        """In the same thread as before. Raises Away, AlreadyOwned."""
        connection = connections[DATABASE]
        if self.file is not None or (
            connection.connection is self.connection and connection.is_usable()
        ):
            return self
        connection.close()
        return tried(hold)


def tried(work: Callable[..., T], *args: object) -> T:
    try:
        return work(*args)
    except (OperationalError, InterfaceError) as why:
        raise Away(str(why).strip().partition("\n")[0]) from why


def hold() -> Hold:
    """Takes the lock for as long as the process, the file or the connection lives.

    On PostgreSQL that is the calling thread's.
    """
    connection = connections[DATABASE]
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return Hold(file=hold_file(Path(f"{name}.lock"), name))
    with connection.cursor() as cursor:
        cursor.execute(WAIT)
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_KEY])
        if not cursor.fetchone()[0]:
            raise AlreadyOwned(name)
    return Hold(connection=connection.connection)


def hold_file(path: Path, name: str) -> IO[str]:
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyOwned(name) from None
    return file
