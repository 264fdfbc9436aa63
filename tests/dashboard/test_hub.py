"""The hub: its ears stand while anybody follows a board, and go with the last one."""

import asyncio

import pytest
from channels.layers import get_channel_layer

from dashboard import hub
from dashboard.rights import Viewer
from statsync.live import doorbell

pytestmark = pytest.mark.django_db(transaction=True)
IN_MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
BROKEN = {"default": {"BACKEND": "nowhere.Layer"}}


class Quiet:
    """A browser that takes whatever it is sent."""

    async def send_text(self, text: str) -> None: ...
    async def give_up(self, reason: str, code: int) -> None: ...


def ears() -> list[str]:
    return list(get_channel_layer().groups.get(doorbell.group(7), {}))


async def test_ears_that_have_ended_begin_again_while_somebody_follows(
    settings, monkeypatch
) -> None:
    monkeypatch.setattr(hub, "LOOK_SECONDS", 0.1)
    settings.CHANNEL_LAYERS = BROKEN
    room, seat = hub.Hub(7), hub.Seat(Quiet(), "frame", Viewer(1, ""))
    await room.join(seat)
    await asyncio.sleep(0.5)
    settings.CHANNEL_LAYERS = IN_MEMORY
    async with asyncio.timeout(10):
        while len(ears()) != 1:
            await asyncio.sleep(0.05)
    room.leave(seat)
    async with asyncio.timeout(10):
        while ears():
            await asyncio.sleep(0.05)
