"""How often each endpoint may be asked: a bucket of tokens per endpoint and account.

A bucket holds as many tokens as its rate and gains that many a second.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

# Filters that evaluate an expression on every row.
EXPRESSIONS = (
    "EvaluateTaskAttributes",
    "TargetWorkersExpression",
    "EvaluateWorkerAttributes",
)
CHECK = "/Check"
"So do the dry runs of ours."
BULK = "/TaskQueues/RealTimeStatistics"
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a second."""

    expressions: int = 3
    bulk: int = 5
    others: int = 1000


@dataclass(frozen=True, slots=True)
class Allowance:
    limit: int
    remaining: int
    wait: int = 0
    "Seconds until there is a token again; 0: this request has one."

    @property
    def headers(self) -> dict[str, str]:
        named = {
            "X-Rate-Limit-Limit": str(self.limit),
            "X-Rate-Limit-Remaining": str(self.remaining),
            "X-Rate-Limit-Config": f"{self.limit};w=1",
        }
        return {**named, "Retry-After": str(self.wait)} if self.wait else named


@dataclass(slots=True)
class Bucket:
    rate: int
    tokens: float
    at: float

    def take(self, now: float) -> Allowance:
        self.tokens = min(self.rate, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            wait = math.ceil((1 - self.tokens) / self.rate)
            return Allowance(self.rate, 0, wait)
        self.tokens -= 1
        return Allowance(self.rate, int(self.tokens))


class Limits:
    def __init__(
        self, rates: Rates, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`clock` gives seconds and never goes back."""
        self._rates, self._clock = rates, clock
        self._buckets: dict[Key, Bucket] = {}

    def take(self, request: HttpRequest, account_sid: str) -> Allowance:
        """One token for this request, if its bucket has one."""
        route = request.resolver_match.route if request.resolver_match else ""
        kind, rate = self._kind(request, route)
        key = account_sid, request.method or "", route, kind
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(rate, rate, now)
        return bucket.take(now)

    def _kind(self, request: HttpRequest, route: str) -> tuple[str, int]:
        if route.endswith(CHECK):
            return "expression", self._rates.expressions
        if route.endswith(BULK):
            return "bulk", self._rates.bulk
        if request.META.get("QUERY_STRING") and any(
            request.GET.get(name) for name in EXPRESSIONS
        ):
            return "expression", self._rates.expressions
        return "", self._rates.others
