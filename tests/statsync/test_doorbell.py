"""The doorbell: heard where boards are, and never in the way of what it tells of."""

import asyncio
import logging

import pytest
from channels.layers import get_channel_layer

from statsync import jobs
from statsync.actions import ingest
from statsync.live import doorbell
from statsync.models import Event, FeedHealth, Watermark
from tests import machine
from tests.statsync import made_up

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def redis_port(settings) -> int:
    """A port where no Redis is yet, but should be."""
    port = machine.free_port()
    host = {"address": f"redis://127.0.0.1:{port}/0", "socket_timeout": None}
    backend = "channels_redis.pubsub.RedisPubSubChannelLayer"
    layer = {"BACKEND": backend, "CONFIG": {"hosts": [host]}}
    settings.CHANNEL_LAYERS = {"default": layer}
    return port


@pytest.fixture
def workspace():
    return made_up.connected()


def test_a_job_goes_on_to_its_end_while_redis_is_away(workspace, redis_port) -> None:
    events = made_up.day()[1][:30]
    made_up.answered_by(workspace, lambda request: made_up.page(*events))
    began = jobs.now_ms()
    jobs.poll_events()
    assert Event.objects.count() == len(events)
    assert Watermark.objects.get(job="events").ms >= began
    health = FeedHealth.objects.get(feed="events")
    assert (health.ok_ms >= began, health.error) == (True, "")


async def heard_within(rung: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await rung.wait()
    except TimeoutError:
        return False
    finally:
        rung.clear()
    return True


async def rings_through(rung: asyncio.Event) -> None:
    """Rings as a job runner does, until it is heard; not for ever."""
    for _ in range(40):
        await asyncio.to_thread(doorbell.ring, 7)
        if await heard_within(rung, 0.5):
            return
    raise AssertionError("no ring was heard in 20 s")


async def test_the_ears_hear_again_after_redis_was_away(
    redis_port, monkeypatch, caplog
) -> None:
    caplog.set_level(logging.CRITICAL, "channels_redis.pubsub")
    monkeypatch.setattr(doorbell, "_loop", None)
    monkeypatch.setattr(doorbell, "REST_SECONDS", 0.1)
    rung = asyncio.Event()
    ears = asyncio.create_task(doorbell.listen(7, rung.set))
    await asyncio.sleep(0.5)
    assert not ears.done()
    for _ in range(2):
        with machine.redis(redis_port):
            await rings_through(rung)
        await asyncio.to_thread(doorbell.ring, 7)
    ears.cancel()
    await asyncio.wait([ears], timeout=5)
    assert ears.cancelled()
    await get_channel_layer().flush()


async def test_who_stops_listening_leaves_nothing_behind() -> None:
    for _ in range(30):
        rung = asyncio.Event()
        ears = asyncio.create_task(doorbell.listen(7, rung.set))
        assert await heard_within(rung, 5)
        ears.cancel()
        await asyncio.wait([ears], timeout=5)
    layer = get_channel_layer()
    assert layer.groups.get(doorbell.group(7), {}) == {}
    assert list(layer.channels) == []


@pytest.fixture
def no_layer(settings) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "nowhere.Layer"}}


async def test_a_ring_that_cannot_be_sent_is_told(
    no_layer, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(doorbell, "_loop", asyncio.get_running_loop())
    await asyncio.to_thread(doorbell.ring, 7)
    await asyncio.sleep(0.1)
    assert "nowhere.Layer" in capsys.readouterr().err


def test_rows_are_kept_though_there_is_no_layer(workspace, no_layer) -> None:
    kept = ingest.ingest(workspace, made_up.day()[1][:30], True, made_up.NOW)
    assert kept.new == Event.objects.count() == 30
