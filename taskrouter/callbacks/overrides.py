"""How an address wants to be called: Twilio's connection overrides in its fragment.

`https://example.com/events#rc=3&rp=5xx&rt=2000` asks for three retries after answers of
500 and above, and for an answer within two seconds. What is out of Twilio's bounds, or
no override at all, leaves the default; the fragment is neither sent nor signed.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})
MOST_RETRIES = 5
LEAST_MS, MOST_CONNECT_MS, MOST_MS = 100, 10_000, 15_000


@dataclass(frozen=True, slots=True)
class Overrides:
    """None: the address leaves it to us."""

    retries: int | None = None
    policy: frozenset[str] | None = None
    "After what it is called again: 4xx, 5xx, ct (no connection), rt (no answer), all."
    connect_ms: int = 5_000
    read_ms: int = MOST_MS
    total_ms: int = MOST_MS

    def again_after(self, failure: str) -> bool:
        """An address that only counts means Twilio's default; one that is silent, all."""
        default = {"ct"} if self.retries is not None else {"all"}
        return not {"all", failure}.isdisjoint(self.policy or default)


def overrides(url: str) -> Overrides:
    given = dict(parse_qsl(urlsplit(url).fragment))
    default = Overrides()
    policy = frozenset(given.get("rp", "").split(",")) & POLICIES
    return Overrides(
        whole(given.get("rc"), 0, MOST_RETRIES),
        policy or None,
        whole(given.get("ct"), LEAST_MS, MOST_CONNECT_MS) or default.connect_ms,
        whole(given.get("rt"), LEAST_MS, MOST_MS) or default.read_ms,
        whole(given.get("tt"), LEAST_MS, MOST_MS) or default.total_ms,
    )


def whole(text: str | None, least: int, most: int) -> int | None:
    """The number, if it is one within the bounds."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return int(text) if least <= int(text) <= most else None
