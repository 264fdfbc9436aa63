"""Where the client is and where it believes us to be.

Every address we give is built from the one the client used. What a proxy says of it is
believed of the proxies in TASKROUTER_PROXIES alone; anybody can send such headers.
"""

import ipaddress
from collections.abc import Sequence

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.request import split_domain_port

from taskrouter.engine.refusal import Refused
from taskrouter.guard import Network

USUAL_PORTS = {"http": "80", "https": "443"}


def base_of(request: HttpRequest, proxies: Sequence[Network]) -> str:
    """Scheme and host the client used. Raises Refused."""
    scheme, host = str(request.scheme), host_of(request)
    if through(request.META.get("REMOTE_ADDR", ""), proxies):
        scheme = told(request, "Proto") or scheme
        host = with_port(told(request, "Host") or host, told(request, "Port"), scheme)
    if scheme not in USUAL_PORTS or not split_domain_port(host)[0]:
        raise Refused(f"Host: {scheme}://{host} is no address.")
    return f"{scheme}://{host}"


def host_of(request: HttpRequest) -> str:
    try:
        return request.get_host()
    except DisallowedHost:
        raise Refused("Host: this header names no host.") from None


def with_port(host: str, port: str, scheme: str) -> str:
    own = split_domain_port(host)[1]
    if own or not port.isdecimal() or port == USUAL_PORTS.get(scheme):
        return host
    return f"{host}:{port}"


def ip_of(request: HttpRequest, proxies: Sequence[Network]) -> str:
    """The last address on the way to us that is no proxy of ours."""
    way = [request.META.get("REMOTE_ADDR", "")]
    way += reversed(request.headers.get("X-Forwarded-For", "").split(","))
    nearest: str = way[0]
    for place in way:
        if not through(place.strip(), proxies):
            return place.strip() if is_ip(place.strip()) else nearest
    return nearest


def told(request: HttpRequest, name: str) -> str:
    """The first proxy's word, where several have added theirs."""
    return request.headers.get(f"X-Forwarded-{name}", "").partition(",")[0].strip()


def through(ip: str, proxies: Sequence[Network]) -> bool:
    return is_ip(ip) and any(ipaddress.ip_address(ip) in one for one in proxies)


def is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
