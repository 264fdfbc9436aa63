"""What this process serves: set once, before the first request."""

from dataclasses import dataclass

from taskrouter.callbacks import Identity
from taskrouter.guard import Network
from taskrouter.owner import Owner


@dataclass(frozen=True, slots=True)
class Service:
    owner: Owner
    identity: Identity
    allowed: list[Network]


_service: Service | None = None


def begin(service: Service) -> None:
    global _service
    _service = service


def current() -> Service:
    assert _service is not None, "the API is served before its owner has begun"
    return _service
