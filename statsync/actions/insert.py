"""Facts into their tables, as many as there are in one statement's run."""

from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from django.db import connection

from statsync.models import Workspace
from statsync.timelines import Membership, Offer, Spell, Stay

TABLES: dict[type, str] = {
    Stay: "statsync_stay",
    Offer: "statsync_offer",
    Spell: "statsync_spell",
    Membership: "statsync_membership",
}


def insert(workspace: Workspace, kind: type, rows: Iterable[Any]) -> None:
    names = ["workspace_id", *(one.name for one in fields(kind))]
    sql = (
        f"INSERT INTO {TABLES[kind]} ({', '.join(names)})"
        f" VALUES ({', '.join(['%s'] * len(names))})"
    )
    values = attrgetter(*names[1:])
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(workspace.pk, *values(row)) for row in rows])
