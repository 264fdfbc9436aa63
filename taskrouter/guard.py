"""Which addresses the built-in TaskRouter may call: the wall against request forgery."""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Forbidden(Exception):
    """An address that may not be called, and why."""


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
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Forbidden(f"{url}: an http or https address is needed.")
    if parts.username or parts.password:
        raise Forbidden(f"{url}: names and passwords do not belong in an address.")
    found = resolve(parts.hostname)
    for ip in found:
        if not ip.is_global and not any(ip in network for network in allowed):
            raise Forbidden(
                f"{parts.hostname} leads to the private address {ip};"
                " allow its network in TASKROUTER_CALLBACK_ALLOW."
            )
    # A fragment is the caller's business and is not sent.
    clean = httpx.URL(url).copy_with(fragment=None)
    return Pinned(clean, parts.hostname, str(found[0]))


def resolve(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Forbidden(f"{host}: cannot be resolved ({error}).") from None
    plain = [str(answer[4][0]).partition("%")[0] for answer in answers]
    return [unmapped(ipaddress.ip_address(text)) for text in plain]


def unmapped(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An IPv4 address in IPv6 clothes is judged as IPv4."""
    mapped = getattr(ip, "ipv4_mapped", None)
    return mapped or ip
