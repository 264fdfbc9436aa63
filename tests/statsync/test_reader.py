"""Reading the events feed: nothing is missed, and the watermark never runs ahead."""

import pytest

from statsync import reader
from statsync.client import client
from statsync.models import Event, Watermark, Window
from tests.road import Road


def logged(road: Road) -> int:
    meta = road.api.get(f"{road.ws}/Events", PageSize=1000, Minutes=1440)
    return len(meta["events"])


def watermark(road: Road) -> int:
    return Watermark.objects.get(workspace=road.workspace, job="events").ms


@pytest.mark.parametrize("size", [7, 50], ids=["a page of 7", "a page of 50"])
def test_a_window_that_comes_back_full_is_halved_until_nothing_is_missed(
    road: Road, monkeypatch, size
) -> None:
    monkeypatch.setattr(client, "PAGE_SIZE", size)
    monkeypatch.setattr(reader, "PAGE_SIZE", size)
    for n in range(12):
        road.worker(f"W{n}")
        road.wait(7)
    for n in range(9):  # more of one type in a second than a page holds
        road.worker(f"V{n}")
    reader.poll(road.workspace, road.api.now)
    assert Event.objects.filter(workspace=road.workspace).count() == logged(road) > 20


def test_a_second_poll_finds_nothing_new(road: Road) -> None:
    road.worker("Ann")
    road.wait(1)
    assert reader.poll(road.workspace, road.api.now) > 0
    assert reader.poll(road.workspace, road.api.now) == 0


def test_the_watermark_stays_where_it_was_when_reading_fails(
    road: Road, monkeypatch
) -> None:
    road.worker("Ann")
    before = watermark(road)
    monkeypatch.setattr(
        "statsync.reader.parsed", lambda raw: reader.records.parse_page(raw[:-20])
    )
    road.wait(5)
    with pytest.raises(reader.records.Garbled):
        reader.poll(road.workspace, road.api.now)
    assert watermark(road) == before
    monkeypatch.undo()
    assert reader.poll(road.workspace, road.api.now) > 0
    assert watermark(road) == road.api.now


def test_what_was_missed_while_nobody_read_is_read_as_windows(road: Road) -> None:
    reader.poll(road.workspace, road.api.now)
    ann = road.worker("Ann")
    for _ in range(4):
        road.wait(1800)
        road.set_activity(ann, "Break")
        road.wait(1800)
        road.set_activity(ann, "Available")
    reader.poll(road.workspace, road.api.now)
    waiting = Window.objects.filter(workspace=road.workspace, state="waiting")
    assert waiting.exists()
    assert Event.objects.filter(workspace=road.workspace).count() < logged(road)
    while reader.backfill_step(road.workspace, road.api.now):
        pass
    assert Event.objects.filter(workspace=road.workspace).count() == logged(road)
