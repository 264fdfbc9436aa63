"""One request to one judged address."""

import asyncio

from taskrouter import guard
from taskrouter.callbacks.overrides import Overrides
from taskrouter.callbacks.post import Post

ALLOWED = guard.networks(["127.0.0.0/8"])
NOTHING = b"HTTP/1.1 204 No Content\r\n\r\n"


class Line:
    """Answers on this machine as often as asked, and keeps count of connections."""

    def __init__(self) -> None:
        self.connections: list[asyncio.Task[None] | None] = []

    async def hear(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections.append(asyncio.current_task())
        async for line in reader:
            if line == b"\r\n":
                writer.write(NOTHING)
        writer.close()


async def test_two_hosts_at_one_address_share_no_connection() -> None:
    line, post = Line(), Post("secret", ALLOWED, 8)
    async with await asyncio.start_server(line.hear, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for host, many in (("127.0.0.1", 1), ("127.0.0.1", 1), ("127.1", 2)):
            await post.send(f"http://{host}:{port}/", {}, Overrides(), "EV1")
            assert len(line.connections) == many
        await post.close()
        await asyncio.gather(*filter(None, line.connections))
