"""One signed request to one judged address; whatever it answers costs us little."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from taskrouter import guard
from taskrouter.callbacks.overrides import Overrides
from taskrouter.signature import sign

LARGEST_ANSWER = 64 * 1024
LOOKUPS = 32
NEWS = {"connection.connect_tcp.started", "http11.receive_response_headers.complete"}
"Without them, a connection that was kept was closed before it was asked anything."
CLOSED = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
NAMESPACE = uuid.UUID("5f0a6cf2-52d8-4f43-9d3e-0b7d0c0f1a11")
"Of idempotency tokens: the same letter has the same token at each try."


class NotDelivered(Exception):
    """Why a callback was not answered as it should be.

    `failure`: ct (no connection), rt (no answer in time), 4xx, 5xx, or "" for what no
    second try would mend.
    """

    def __init__(self, words: str, failure: str = "") -> None:
        super().__init__(words)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    content_type: str
    content: bytes


class Post:
    def __init__(
        self, auth_token: str, allowed: Sequence[guard.Network], at_once: int
    ) -> None:
        """`at_once`: how many may hold a turn at one host."""
        self._auth_token, self._allowed = auth_token, allowed
        self._turns: dict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(at_once)
        )
        # Whose name is long in coming must not keep other threads of ours busy.
        self._lookups = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")
        self._trust = httpx.create_ssl_context(trust_env=False)
        self._under_way: dict[str, asyncio.Future[list[guard.Address]]] = {}
        "Lookups, one for each host: whose name is long in coming has one thread at most."
        # One for each host: a connection that has proven to be one host's must not
        # serve another at the same address.
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def close(self) -> None:
        self._lookups.shutdown(wait=False, cancel_futures=True)
        for client in self._clients.values():
            await client.aclose()

    def _client_of(self, host: str) -> httpx.AsyncClient:
        if host not in self._clients:
            self._clients[host] = httpx.AsyncClient(
                verify=self._trust,
                follow_redirects=False,
                trust_env=False,
                limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
            )
        return self._clients[host]

    def turn(self, url: str) -> asyncio.Semaphore:
        """To be held while its host is asked."""
        try:
            return self._turns[guard.host_in(url)]
        except guard.Forbidden:
            return self._turns[""]  # nobody will be asked

    async def send(
        self, url: str, form: dict[str, str], wishes: Overrides, subject: str
    ) -> Answered:
        """The 2xx answer. `subject`: what the letter is about. Raises NotDelivered."""
        try:
            async with asyncio.timeout(wishes.total_ms / 1000):
                pinned = await self._judged(url, wishes)
                return await self._ask(pinned, form, wishes, subject)
        except TimeoutError:
            raise NotDelivered("not answered in time", "rt") from None

    async def _judged(self, url: str, wishes: Overrides) -> guard.Pinned:
        """Resolved for every call, and the connection goes to the judged address."""
        try:
            async with asyncio.timeout(wishes.connect_ms / 1000):
                found = await asyncio.shield(self._looked_up(guard.host_in(url)))
                return guard.judged(url, found, self._allowed)
        except TimeoutError:
            raise NotDelivered(f"{url}: not resolved in time", "ct") from None
        except guard.Forbidden as error:
            failure = "ct" if isinstance(error, guard.Unknown) else ""
            raise NotDelivered(str(error), failure) from None

    def _looked_up(self, host: str) -> asyncio.Future[list[guard.Address]]:
        """A lookup that is under way serves all who want it."""
        if host not in self._under_way:
            loop = asyncio.get_running_loop()
            lookup = loop.run_in_executor(self._lookups, guard.resolve, host)
            lookup.add_done_callback(lambda done: self._end_lookup(host, done))
            self._under_way[host] = lookup
        return self._under_way[host]

    def _end_lookup(self, host: str, done: asyncio.Future[list[guard.Address]]) -> None:
        del self._under_way[host]
        if not done.cancelled():
            done.exception()  # whoever wanted it may have given up

    async def _ask(
        self,
        pinned: guard.Pinned,
        form: dict[str, str],
        wishes: Overrides,
        subject: str,
    ) -> Answered:
        """On a new connection where an old one turns out to be closed."""
        while True:
            steps: set[str] = set()
            try:
                return await self._ask_once(pinned, form, wishes, subject, steps)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                raise NotDelivered(f"{type(error).__name__} {error}", "ct") from None
            except httpx.HTTPError as error:
                if not isinstance(error, CLOSED) or steps & NEWS:
                    raise NotDelivered(
                        f"{type(error).__name__} {error}", "rt"
                    ) from None

    async def _ask_once(
        self,
        pinned: guard.Pinned,
        form: dict[str, str],
        wishes: Overrides,
        subject: str,
        steps: set[str],
    ) -> Answered:
        """`steps` gains what came about."""

        async def note(step: str, _about: object) -> None:
            steps.add(step)

        async with self._client_of(pinned.host).stream(
            "POST",
            pinned.url.copy_with(host=pinned.ip),
            data=form,
            headers=self._headers(pinned, form, subject),
            extensions={"sni_hostname": pinned.host, "trace": note},
            timeout=httpx.Timeout(
                wishes.read_ms / 1000, connect=wishes.connect_ms / 1000
            ),
        ) as response:
            if not response.is_success:
                failure = "5xx" if response.status_code >= 500 else "4xx"
                raise NotDelivered(f"answered {response.status_code}", failure)
            return Answered(
                response.status_code,
                response.headers.get("content-type", ""),
                await small(response),
            )

    def _headers(
        self, pinned: guard.Pinned, form: dict[str, str], subject: str
    ) -> dict[str, str]:
        return {
            "Host": pinned.url.netloc.decode(),
            "X-Twilio-Signature": sign(self._auth_token, str(pinned.url), form),
            "I-Twilio-Idempotency-Token": str(uuid.uuid5(NAMESPACE, subject)),
            "User-Agent": "Signalbox TaskRouter",
            # Nothing is unpacked here: a small answer could become a large one.
            "Accept-Encoding": "identity",
        }


async def small(response: httpx.Response) -> bytes:
    """The answer's bytes as they came. Raises NotDelivered where they are too many."""
    content = b""
    async for part in response.aiter_raw():
        content += part
        if len(content) > LARGEST_ANSWER:
            raise NotDelivered(f"answered more than {LARGEST_ANSWER} bytes")
    return content
