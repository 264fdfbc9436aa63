"""Whom the built-in TaskRouter may call: nobody inside, however he is written."""

import asyncio
import ipaddress
from collections.abc import Iterator

import pytest

from taskrouter import guard
from taskrouter.callbacks.overrides import Overrides
from taskrouter.callbacks.post import NotDelivered, Post

LOOPBACK = "127.0.0.1"
INSIDE = [
    LOOPBACK,
    *("127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1"),
    # What clouds tell a machine about itself.
    *("169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    *("192.0.2.1", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
    "255.255.255.255",
]
INSIDE_BY_SIX = [
    *("::", "::1", "::2", "100::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1"),
    *("ff02::1", "2001::1", "2001:db8::1", "4000::1", "5f00::1", "8000::1"),
]


def spellings(text: str) -> Iterator[str]:
    """Of an IPv4 address, as the resolver reads them."""
    number = int(ipaddress.IPv4Address(text))
    a, b, c, d = (int(part) for part in text.split("."))
    high, low = number >> 16, number & 0xFFFF
    yield from (text, str(number), hex(number), f"0X{number:08X}", f"0{number:o}")
    yield from (f"{a}.{b}.{low}", f"{a}.{number & 0xFFFFFF}", f"0x{a:x}.{b}.{low}")
    yield f"0{a:o}.0{b:o}.0{c:o}.0{d:o}"
    yield f"000{a:o}.{b}.{c}.{d}"
    yield f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"
    yield text.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    for prefix in ("::ffff:", "::", "64:ff9b::"):
        yield f"[{prefix}{text}]"
        yield f"[{prefix}{high:x}:{low:x}]"
    yield f"[0:0:0:0:0:FFFF:{high:X}:{low:X}]"
    yield from (f"[::ffff:0:{high:x}:{low:x}]", f"[64:ff9b:1::{high:x}:{low:x}]")
    yield f"[2002:{high:x}:{low:x}::]"


def hosts() -> Iterator[str]:
    yield from ("localhost", "LOCALHOST", "[fe80::1%25lo]", "[fe80::1%lo]")
    for text in INSIDE:
        yield from spellings(text)
    for text in INSIDE_BY_SIX:
        yield f"[{text}]"
        yield f"[{ipaddress.IPv6Address(text).exploded.upper()}]"


HOSTS = list(hosts())


def is_called(url: str) -> bool:
    try:
        guard.judge(url, [])
    except guard.Forbidden:
        return False
    return True


def test_nobody_inside_may_be_called_however_he_is_written() -> None:
    assert len(HOSTS) > 400
    assert [host for host in HOSTS if is_called(f"http://{host}/")] == []


def test_no_spelling_reaches_whoever_listens_on_this_machine(listener) -> None:
    found = [*spellings(LOOPBACK), "localhost", "0.0.0.0", "[::1]"]
    refused = asyncio.run(
        call_all([f"http://{host}:{listener.server_port}/" for host in found])
    )
    assert (len(refused), listener.heard) == (len(found), [])


async def call_all(urls: list[str]) -> list[str]:
    """Why each of them was not called."""
    post, refused = Post("secret", [], 8), []
    for url in urls:
        try:
            await post.send(url, {}, Overrides(), "EV1")
        except NotDelivered as why:
            refused.append(str(why))
    await post.close()
    return refused


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:80/",
        "http://public.test@127.0.0.1/",
        "http://127.0.0.1\\@93.184.216.34/",
        "ftp://93.184.216.34/",
        "gopher://93.184.216.34/",
        "unix:///var/run/docker.sock",
        "file:///etc/passwd",
        "//93.184.216.34/",
        "http:///x",
        "http://user:pass@93.184.216.34/",
        "http://93.184.216.34/\r\nX-Other: 1",
        "http://93.184.216.34\t/",
        "not a url",
        "http://[::1",
        "http://" + "a" * 70 + ".com/",
        "http://93.184.216.34:99999/",
    ],
)
def test_an_odd_address_may_not_be_called(url) -> None:
    assert not is_called(url)


@pytest.mark.parametrize(
    "host", ["93.184.216.34", "[2606:4700:4700::1111]", "[64:ff9b::5db8:d822]"]
)
def test_whoever_is_in_the_open_may_be_called(host) -> None:
    assert is_called(f"https://{host}/events")


@pytest.mark.parametrize(
    ("host", "called"),
    [("faß.test", "xn--fa-hia.test"), ("BÜCHER.test", "xn--bcher-kva.test")],
)
def test_a_name_in_other_letters_is_looked_up_as_it_is_told_in_host(
    host, called
) -> None:
    assert guard.host_in(f"https://{host}/events") == called


def test_a_network_that_is_allowed_may_be_called_at_the_judged_address() -> None:
    pinned = guard.judge("http://127.0.0.1:8080/x#a", guard.networks(["127.0.0.0/8"]))
    assert (pinned.ip, str(pinned.url)) == ("127.0.0.1", "http://127.0.0.1:8080/x")
