"""Letters that wait for their turn at a host: not for ever, however slow it is."""

import asyncio
from collections.abc import Callable

from taskrouter import guard
from taskrouter.callbacks import Callbacks, Identity
from taskrouter.callbacks.office import TURN_SECONDS
from taskrouter.outbox import Letter
from tests.taskrouter.listener import Listener


class Ahead(asyncio.SelectorEventLoop):
    """A loop whose time can be moved."""

    moved = 0.0

    def time(self) -> float:
        return super().time() + self.moved


class Outbox:
    """What the office wants of an owner, where only letters matter."""

    on_letters: Callable[[list[Letter]], None]

    def __init__(self) -> None:
        self.gone: list[int] = []

    async def delivered(self, ids: list[int]) -> None:
        self.gone += ids


def test_a_letter_whose_turn_comes_too_late_is_let_go_untold(
    listener: Listener,
) -> None:
    outbox = Outbox()

    async def wait() -> None:
        office = Callbacks(
            outbox,  # type: ignore[arg-type]
            Identity("AC1", "secret"),
            guard.networks(["127.0.0.1/32"]),
            at_once=1,
        )
        await office.start()
        listener.pause = 0.5
        outbox.on_letters([letter(n, listener.url) for n in (1, 2, 3)])
        while not listener.heard:
            await asyncio.sleep(0.01)
        asyncio.get_running_loop().moved = TURN_SECONDS + 1  # type: ignore[attr-defined]
        while len(outbox.gone) < 3:
            await asyncio.sleep(0.01)
        await office.stop()

    with asyncio.Runner(loop_factory=Ahead) as runner:
        runner.run(wait())
    assert [form["Sid"] for form, _ in listener.heard] == ["EV1"]


def letter(n: int, url: str) -> Letter:
    return Letter(
        n, "event", f"EV{n}", {"url": f"{url}#rc=0", "form": {"Sid": f"EV{n}"}}
    )
