"""What this process serves: set once, before the first request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from taskrouter.api.limits import Limits, Rates
from taskrouter.callbacks import Identity
from taskrouter.guard import Network
from taskrouter.history import History
from taskrouter.moved import MovedClock
from taskrouter.owner import Owner
from taskrouter.simulation.hosted import Hosted


@dataclass(frozen=True, slots=True)
class Service:
    owner: Owner
    identity: Identity
    allowed: Sequence[Network]
    proxies: Sequence[Network] = ()
    "Whose word about the client we believe."
    api_keys: Mapping[str, str] = field(default_factory=dict)
    "Sid of each, and its secret."
    limits: Limits = field(default_factory=lambda: Limits(Rates()))
    history: History = field(default_factory=History)
    clock: MovedClock | None = None
    "None: the machine's."
    centre: Hosted | None = None

    def secret_of(self, sid: str) -> str | None:
        if sid == self.identity.account_sid:
            return self.identity.auth_token
        return self.api_keys.get(sid)


_service: Service | None = None


def begin(service: Service) -> None:
    global _service
    _service = service


def current() -> Service:
    assert _service is not None, "the API is served before its owner has begun"
    return _service
