"""Which addresses the built-in TaskRouter may call: the wall against request forgery."""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Forbidden(Exception):
    """An address that may not be called, and why."""


class Unknown(Forbidden):
    """Its name leads nowhere, or nobody could say where to: later may be another time."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """An address whose name has been resolved and judged; `ip` is what to connect to."""

    url: httpx.URL
    host: str
    ip: str


def networks(texts: Sequence[str]) -> list[Network]:
    """Raises ValueError on what is no network."""
    return [ipaddress.ip_network(text) for text in texts]


def judge(url: str, allowed: Sequence[Network]) -> Pinned:
    """Resolves the host once and judges every answer. Raises Forbidden."""
    return judged(url, resolve(host_in(url)), allowed)


def judged(url: str, found: Sequence[Address], allowed: Sequence[Network]) -> Pinned:
    """`found`: what the host is resolved to. Raises Forbidden."""
    host = host_in(url)
    for ip in found:
        if not is_public(ip) and not any(ip in network for network in allowed):
            raise Forbidden(
                f"{host} leads to the private address {ip};"
                " allow its network in TASKROUTER_CALLBACK_ALLOW."
            )
    # A fragment tells how to call (overrides.py) and is not sent.
    clean = httpx.URL(url).copy_with(fragment=None)
    return Pinned(clean, host, str(found[0]))


def host_in(url: str) -> str:
    """The host of an address that may be called at all. Raises Forbidden.

    As it will be told in Host: resolvers write some names in other letters.
    """
    try:
        parts = urlsplit(url)
        named, _port = parts.hostname, parts.port
        host = httpx.URL(url).raw_host.decode()
    except (ValueError, httpx.InvalidURL) as error:
        raise Forbidden(f"{url}: not an address ({error}).") from None
    if parts.scheme not in ("http", "https") or not (named and host):
        raise Forbidden(f"{url}: an http or https address is needed.")
    if parts.username or parts.password:
        raise Forbidden(f"{url}: names and passwords do not belong in an address.")
    return host


def resolve(host: str) -> list[Address]:
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unknown(f"{host}: cannot be resolved ({error}).") from None
    except UnicodeError as error:
        raise Forbidden(f"{host}: not a name ({error}).") from None
    plain = [str(answer[4][0]).partition("%")[0] for answer in answers]
    return [unwrapped(ipaddress.ip_address(text)) for text in plain]


NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
COMPATIBLE = ipaddress.IPv6Network("::/96")


def unwrapped(ip: Address) -> Address:
    """An IPv4 address in IPv6 clothes is judged as IPv4, whoever made the clothes."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in NAT64 or (ip in COMPATIBLE and int(ip) > 1):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


INSIDE = networks(
    [
        *("::/3", "4000::/2", "8000::/1"),  # only 2000::/3 is routed in the open
        "192.0.0.0/24",  # protocol assignments, and a cloud's metadata among them
        "192.88.99.0/24",  # relays into IPv6
        "168.63.129.16/32",  # what every machine in one cloud can ask about itself
    ]
)
"What ipaddress calls global and is not, beside what it knows itself."


def is_public(ip: Address) -> bool:
    inside = any(ip in network for network in INSIDE)
    return ip.is_global and not ip.is_multicast and not inside
