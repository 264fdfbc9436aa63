"""One request to one judged address, whatever it answers."""

import asyncio
import gzip
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from taskrouter import guard
from taskrouter.callbacks.overrides import Overrides
from taskrouter.callbacks.post import LOOKUPS, NotDelivered, Post

ALLOWED = guard.networks(["127.0.0.0/8"])
SHORT = Overrides(total_ms=700)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
NOTHING = b"HTTP/1.1 204 No Content\r\n\r\n"
AT_ONCE = 3


class Line:
    """Answers on this machine as often as asked, and keeps count."""

    def __init__(self, answer: bytes, rest: bytes = b"", pause: float = 0) -> None:
        """`rest` follows the answer again and again, each time after the pause."""
        self.answer, self.rest, self.pause = answer, rest, pause
        self.connections: list[asyncio.Task[None] | None] = []
        self.now = self.most = 0
        self.most_each = 1_000_000
        "So many requests of one connection are answered; at the next it is closed."
        self.port = 0

    def url(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}/"

    async def hear(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections.append(asyncio.current_task())
        answered = 0
        with suppress(ConnectionError):  # whoever asked has hung up
            async for line in reader:
                if line == b"\r\n" and answered == self.most_each:
                    break
                if line == b"\r\n":
                    await self.say(writer)
                    answered += 1
        writer.close()

    async def say(self, writer: asyncio.StreamWriter) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(self.pause)
        self.now -= 1
        writer.write(self.answer)
        while self.rest and not writer.is_closing():
            writer.write(self.rest)
            await asyncio.sleep(self.pause)


@asynccontextmanager
async def opened(line: Line) -> AsyncIterator[Post]:
    post = Post("secret", ALLOWED, AT_ONCE)
    async with await asyncio.start_server(line.hear, "127.0.0.1", 0) as server:
        line.port = server.sockets[0].getsockname()[1]
        yield post
        await post.close()
        await asyncio.gather(*filter(None, line.connections))


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """The first request of a process takes longer than some tests wait."""

    async def ask() -> None:
        line = Line(NOTHING)
        async with opened(line) as post:
            await post.send(line.url(), {}, Overrides(), "EV1")

    asyncio.run(ask())


async def test_two_hosts_at_one_address_share_no_connection() -> None:
    line = Line(NOTHING)
    async with opened(line) as post:
        for host, many in (("127.0.0.1", 1), ("127.0.0.1", 1), ("127.1", 2)):
            await post.send(line.url(host), {}, Overrides(), "EV1")
            assert len(line.connections) == many


async def test_a_connection_that_was_closed_while_it_was_kept_costs_nothing() -> None:
    line = Line(NOTHING)
    line.most_each = 1
    async with opened(line) as post:
        for sid in ("RE1", "RE2", "RE3"):
            await post.send(line.url(), {}, Overrides(), sid)
    assert len(line.connections) == 3


async def test_who_always_hangs_up_is_not_called_for_ever() -> None:
    line = Line(NOTHING)
    line.most_each = 0
    async with opened(line) as post:
        with pytest.raises(NotDelivered) as caught:
            await post.send(line.url(), {}, Overrides(), "EV1")
    assert (caught.value.failure, len(line.connections)) == ("rt", 1)


async def test_no_more_than_a_few_are_under_way_to_one_host() -> None:
    line = Line(NOTHING, pause=0.02)
    async with opened(line) as post:

        async def in_turn(sid: str) -> None:
            async with post.turn(line.url()):
                await post.send(line.url(), {}, Overrides(), sid)

        await asyncio.gather(*(in_turn(f"EV{n}") for n in range(12)))
    assert line.most == AT_ONCE


@pytest.mark.parametrize(
    ("line", "failure"),
    [
        (Line(HEAD + b"Content-Length: 99\r\n\r\n", b".", 0.1), "rt"),
        (Line(b"HTTP/1.1 2", b"0", 0.1), "rt"),
        (Line(HEAD + b"\r\n", b" " * 10_000), ""),
        (Line(HEAD + b"X-Many: 1\r\n" * 10_000 + b"\r\n"), "rt"),
        (Line(b"HTTP/1.1 302 .\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"), "4xx"),
        (Line(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"), "5xx"),
        (Line(b"HTTP/1.1 503 Oh\r\n\r\n", b" " * 10_000), "5xx"),
        (Line(b"SSH-2.0-OpenSSH_9.2\r\n"), "rt"),
    ],
    ids=[
        "drips",
        "never begins",
        "never ends",
        "heads",
        "elsewhere",
        "broken",
        "at length",
        "ssh",
    ],
)
async def test_what_is_no_answer_costs_little(line: Line, failure: str) -> None:
    async with opened(line) as post:
        with pytest.raises(NotDelivered) as caught:
            await post.send(line.url(), {}, SHORT, "EV1")
    assert (caught.value.failure, len(line.connections)) == (failure, 1)


@pytest.mark.parametrize(
    ("host", "failure"),
    [(f"{'a' * 60}." * 5 + "test", "ct"), ("a" * 70, ""), ("10.0.0.1", "")],
    ids=["found nowhere", "no name", "private"],
)
async def test_a_name_not_found_is_no_connection_and_may_be_tried_again(
    host: str, failure: str
) -> None:
    post = Post("secret", ALLOWED, AT_ONCE)
    with pytest.raises(NotDelivered) as caught:
        await post.send(f"http://{host}/", {}, Overrides(), "EV1")
    assert caught.value.failure == failure


async def test_a_name_that_is_long_in_coming_is_not_waited_for(monkeypatch) -> None:
    asked, come = socket.getaddrinfo, threading.Event()

    def slowly(host: str, *more: Any, **others: Any) -> Any:
        come.wait(5)
        return asked("127.0.0.1", *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    post = Post("secret", ALLOWED, AT_ONCE)
    with pytest.raises(NotDelivered) as caught:
        await post.send("http://slow.test/", {}, Overrides(connect_ms=100), "EV1")
    come.set()
    await post.close()
    assert (caught.value.failure, str(caught.value)) == (
        "ct",
        "http://slow.test/: not resolved in time",
    )


async def test_a_name_that_is_long_in_coming_keeps_no_other_name_waiting(
    monkeypatch,
) -> None:
    asked, come = socket.getaddrinfo, threading.Event()

    def slowly(host: str, *more: Any, **others: Any) -> Any:
        if host == "slow.test":
            come.wait(5)
        return asked("127.0.0.1", *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    line, hasty = Line(NOTHING), Overrides(connect_ms=100)
    async with opened(line) as post:
        calls = [
            post.send("http://slow.test/", {}, hasty, f"EV{n}")
            for n in range(LOOKUPS + 1)
        ]
        failed = await asyncio.gather(*calls, return_exceptions=True)
        answered = await post.send(line.url("swift.test"), {}, hasty, "EV1")
        come.set()
    assert {type(why) for why in failed} == {NotDelivered}
    assert answered.status == 204


async def test_what_comes_packed_stays_packed() -> None:
    packed = gzip.compress(b"0" * 10_000_000)
    size = f"Content-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    line = Line(HEAD + size.encode() + packed)
    async with opened(line) as post:
        answered = await post.send(line.url(), {}, Overrides(), "EV1")
    assert answered.content == packed
