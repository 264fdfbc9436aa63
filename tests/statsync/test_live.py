"""Old snapshot + what changed since == new snapshot, after every batch of events."""

import json
import threading

import pytest
from django.db import connection, transaction

from statsync import live
from statsync.actions import ingest
from statsync.live import table
from statsync.live.frames import BOARD_KINDS
from statsync.queries import boards
from tests.statsync import made_up

KINDS = sorted({kind for kinds in BOARD_KINDS.values() for kind in kinds})


def bodies(rows) -> dict:
    """As a browser holds them; text, so that what is the same is equal."""
    return json.loads(json.dumps(rows))


def merged(held: dict, found) -> dict:
    """What store.js does with a frame."""
    if found.fresh:
        return bodies(found.rows)
    held = {kind: dict(rows) for kind, rows in held.items()}
    for kind, rows in bodies(found.rows).items():
        held.setdefault(kind, {}).update(rows)
    for kind, sids in found.gone.items():
        for sid in sids:
            held.get(kind, {}).pop(sid, None)
    return held


def full(rows: dict) -> dict:
    return {kind: found for kind, found in rows.items() if found}


@pytest.mark.django_db
def test_frames_come_to_the_snapshot_after_every_batch() -> None:
    workspace = made_up.connected()
    records = made_up.day()[1][:1200]
    ingest.ingest(workspace, records[:40], True, records[39].ms)
    first = live.snapshot(workspace.pk, KINDS)
    held, epoch, version = bodies(first.rows), first.epoch, first.version
    for at in range(40, len(records), 40):
        batch = records[at : at + 40]
        now = batch[-1].ms
        ingest.ingest(workspace, batch, True, now)
        live.fold_due(workspace, now + 30_000)
        found = boards.changes(workspace.pk, epoch, version, KINDS)
        assert not found.fresh
        held, version = merged(held, found), found.version
        assert full(held) == full(bodies(live.snapshot(workspace.pk, KINDS).rows))
    assert {"queue", "worker", "total"} <= full(held).keys()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor",
    [("other", 1), ("", 0), (None, 10**9)],
    ids=["of another epoch", "without one", "ahead of ours"],
)
def test_a_cursor_we_cannot_follow_gets_a_snapshot(cursor) -> None:
    workspace = made_up.connected()
    ingest.ingest(workspace, made_up.day()[1][:200], True, made_up.NOW)
    epoch = live.snapshot(workspace.pk, KINDS).epoch if cursor[0] is None else cursor[0]
    found = boards.changes(workspace.pk, epoch, cursor[1], KINDS)
    assert found.fresh


@pytest.mark.django_db
def test_nothing_changed_is_nothing_sent() -> None:
    workspace = made_up.connected()
    ingest.ingest(workspace, made_up.day()[1][:200], True, made_up.NOW)
    at = live.snapshot(workspace.pk, KINDS)
    found = boards.changes(workspace.pk, at.epoch, at.version, KINDS)
    assert (found.rows, found.gone, found.version) == ({}, {}, at.version)


@pytest.mark.django_db
def test_a_reader_from_before_a_swept_tombstone_gets_a_snapshot() -> None:
    workspace = made_up.connected()
    with transaction.atomic():
        table.write(workspace, {("need", "one"): table.Draft({"text": "help"})}, 1_000)
    at = live.snapshot(workspace.pk, KINDS)
    with transaction.atomic():
        table.write(workspace, {("need", "one"): table.Draft(None)}, 2_000)
    told = boards.changes(workspace.pk, at.epoch, at.version, KINDS)
    table.sweep(workspace, 2_001 + table.TOMBSTONE_MS)
    late = boards.changes(workspace.pk, at.epoch, at.version, KINDS)
    assert told.gone == {"need": ["one"]}
    assert (late.fresh, late.rows) == (True, {})


@pytest.mark.django_db(transaction=True)
def test_a_board_waits_for_no_writer() -> None:
    workspace = made_up.connected()
    writing, has_read, waited = threading.Event(), threading.Event(), []

    def write() -> None:
        with transaction.atomic():
            table.write(workspace, {("need", "one"): table.Draft({"text": "a"})}, 1_000)
            writing.set()
            waited.append(not has_read.wait(10))
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert writing.wait(10)
    before = live.snapshot(workspace.pk, ("need",))
    has_read.set()
    writer.join()
    after = boards.changes(workspace.pk, before.epoch, before.version, ("need",))
    assert waited == [False]
    assert (before.rows, after.rows) == ({}, {"need": {"one": {"text": "a"}}})
