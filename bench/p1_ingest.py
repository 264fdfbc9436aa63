"""P1: JSON pages to ledger, facts and live rows, against the same rows by executemany.

SQLite. A made-up day of the contact centre in a box, in pages of a thousand, in order of
time. Rollups are filled from the facts by another job and printed apart.
"""

import json
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

EVENTS = int(os.environ.get("BENCH_EVENTS", "20000"))
PAGE = 1000
TABLES = (
    *("statsync_event", "statsync_stay", "statsync_offer", "statsync_spell"),
    *("statsync_membership", "statsync_liverow"),
)
NOW = 1_767_225_600_000
ACCOUNT_SID = "AC" + "7" * 32


def main() -> None:
    os.environ["SIGNALBOX_VAR"] = tempfile.mkdtemp(prefix="signalbox-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from bench import ratio

    call_command("migrate", verbosity=0)
    sid, pages = made_up()
    bench = Bench(sid, pages)
    mine, theirs = ratio.compare(bench.ours, bench.limit, bench.clear)
    count = sum(len(page) for page in pages)
    print(ratio.told("P1", mine, theirs, count, "events"), "goal 0.40")
    bench.clear()
    bench.ours()
    filled = ratio.seconds(bench.rollups)
    print(f"    rollups of the same day: {filled:.1f} s, not counted above")
    print(f"    {count} events (BENCH_EVENTS); the road over HTTP is not counted")


def made_up() -> tuple[str, list[list[str]]]:
    """The workspace, and its events as JSON text in pages."""
    from statsync.records import from_callback
    from taskrouter.outbox import callback_form
    from taskrouter.simulation import past

    days = 1 + EVENTS // 25_000
    _state, events, sid = past.play(ACCOUNT_SID, 1, 40, days, NOW)
    texts = [from_callback(callback_form(one)).raw for one in events[:EVENTS]]
    return sid, [texts[at : at + PAGE] for at in range(0, len(texts), PAGE)]


class Bench:
    def __init__(self, sid: str, pages: list[list[str]]) -> None:
        from statsync.actions import accounts

        account = accounts.save_account(ACCOUNT_SID, "http://127.0.0.1:1", "token")
        item = {"sid": sid, "friendly_name": "Bench"}
        self.workspace = accounts.save_workspace(account, item, NOW)
        self.bodies = [f'{{"events": [{",".join(page)}]}}'.encode() for page in pages]
        self.last = [json.loads(page[-1])["event_date_ms"] for page in pages]
        self.rows: dict[str, list[tuple[object, ...]]] = {}

    def ours(self) -> None:
        from statsync.actions import ingest
        from statsync.records import parse_page

        for body, now in zip(self.bodies, self.last, strict=True):
            ingest.ingest(self.workspace, parse_page(body).events, True, now)
        if not self.rows:
            self.remember()

    def rollups(self) -> None:
        from statsync.actions.rollups import refill_rollups
        from statsync.models import DirtyBucket

        while DirtyBucket.objects.filter(start_ms__lt=NOW - 900_000).exists():
            refill_rollups(self.workspace, NOW)

    def remember(self) -> None:
        """The rows that ours has written, for the limit to write again."""
        with closing(self.database()) as database:
            for table in TABLES:
                self.rows[table] = database.execute(f"SELECT * FROM {table}").fetchall()

    def limit(self) -> None:
        """In as many transactions as there are pages."""
        with closing(self.database()) as database:
            for n in range(len(self.bodies)):
                database.execute("BEGIN IMMEDIATE")
                for table, rows in self.rows.items():
                    some = rows[n :: len(self.bodies)]
                    if not some:
                        continue
                    marks = ",".join("?" * len(some[0]))
                    database.executemany(f"INSERT INTO {table} VALUES ({marks})", some)
                database.execute("COMMIT")

    def clear(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            for table in (*TABLES, "statsync_dirtybucket", "statsync_resource"):
                cursor.execute(f"DELETE FROM {table}")

    def database(self) -> sqlite3.Connection:
        path = Path(os.environ["SIGNALBOX_VAR"]) / "signalbox.sqlite3"
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        return database


if __name__ == "__main__":
    main()
