"""Rows by plain SQL, for the road of events: the ORM takes longer to build a statement
than a database to run it, and a page of events asks for dozens."""

from collections.abc import Sequence, Sized
from typing import Any

from django.db import connection


def select(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def marks(values: Sized) -> str:
    """Places for the values of a list."""
    return ", ".join(["%s"] * len(values))
