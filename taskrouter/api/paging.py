"""Pages that neither skip nor repeat while rows come and go: by key, not by number."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core import signing

from taskrouter.api.call import Answer, Call
from taskrouter.api.parameters import whole
from taskrouter.engine.refusal import Refused

R = TypeVar("R")
Key = tuple[Any, ...]
PAGE_SIZE, MOST = 50, 1000
OWN = ("PageSize", "Page", "PageToken")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """`previous` and `next` are tokens; None where there is no such page."""

    rows: list[R]
    number: int
    size: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """What a token says: after this key, or the page that ends before it."""

    number: int = 0
    after: list[Any] | None = None
    before: list[Any] | None = None


def page(call: Call, rows: Iterable[R], key: Callable[[R], Key]) -> Page[R]:
    """The page the request asks for, of the rows in order of `key`."""
    size, place = page_size(call), place_of(call)
    ordered = sorted(rows, key=key)
    first = start_of(ordered, key, place, size)
    shown = ordered[first : first + size]
    more = first + size < len(ordered)
    return Page(
        shown,
        place.number,
        size,
        (
            token(call, "before", place.number - 1, key(shown[0]))
            if first and shown
            else None
        ),
        token(call, "after", place.number + 1, key(shown[-1])) if more else None,
    )


def start_of(ordered: list[R], key: Callable[[R], Key], place: Place, size: int) -> int:
    if place.after is not None:
        last = tuple(place.after)
        return next(
            (at for at, row in enumerate(ordered) if key(row) > last), len(ordered)
        )
    if place.before is not None:
        first = tuple(place.before)
        end = next(
            (at for at, row in enumerate(ordered) if key(row) >= first), len(ordered)
        )
        return max(0, end - size)
    return 0


def page_size(call: Call) -> int:
    """SDKs ask for pages as large as the limit they are given, whatever that is."""
    size = whole("PageSize", call.request.GET.get("PageSize") or str(PAGE_SIZE))
    if size < 1:
        raise Refused(f"PageSize: {size} is not between 1 and {MOST}.")
    return min(size, MOST)


def place_of(call: Call) -> Place:
    given = call.request.GET.get("PageToken", "")
    if whole("Page", call.request.GET.get("Page") or "0") < 0:
        raise Refused("Page: must not be below 0.")
    if given:
        return read_token(call, given)
    if whole("Page", call.request.GET.get("Page") or "0") > 0:
        raise Refused(
            "Page: pages are not fetched by number; follow next_page_url.", 400, 40153
        )
    return Place()


def token(call: Call, side: str, number: int, key: Key) -> str:
    """Signed, and of no use in another list or with other filters."""
    place = {"number": max(0, number), side: list(key)}
    return "PA" + signing.dumps(place, salt=list_of(call))


def read_token(call: Call, given: str) -> Place:
    try:
        return Place(**signing.loads(given.removeprefix("PA"), salt=list_of(call)))
    except signing.BadSignature:
        raise Refused(
            "PageToken: not given for this list and its filters; follow next_page_url."
        ) from None


def list_of(call: Call) -> str:
    return f"{call.request.path}?{urlencode(sorted(filters(call)))}"


def filters(call: Call) -> list[tuple[str, str]]:
    """What the query asks for beside the page, as it was given."""
    return [
        (key, value)
        for key, values in call.request.GET.lists()
        if key not in OWN
        for value in values
    ]


def listed(
    call: Call, name: str, page: Page[R], render: Callable[[R], dict[str, Any]]
) -> Answer:
    """The answer of a list: the rows under `name`, and the addresses of other pages."""
    shown = [render(row) for row in page.rows]
    return Answer(
        {name: shown, "meta": meta(call, name, page)}, version=version_of(page.rows)
    )


def version_of(rows: list[Any]) -> str | None:
    """Changes with any of the rows, if these have versions."""
    if not all(hasattr(row, "version") for row in rows):
        return None
    text = ",".join(f"{row.sid}:{row.version}" for row in rows)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def meta(call: Call, name: str, page: Page[Any]) -> dict[str, Any]:
    def address(number: int, token: str | None = None) -> str:
        own = [("PageSize", str(page.size)), ("Page", str(number))]
        own += [("PageToken", token)] if token else []
        return f"{call.base}{call.request.path}?{urlencode([*filters(call), *own])}"

    given = call.request.GET.get("PageToken")
    return {
        "page": page.number,
        "page_size": page.size,
        "first_page_url": address(0),
        "previous_page_url": (
            address(max(0, page.number - 1), page.previous) if page.previous else None
        ),
        "url": address(page.number, given),
        "next_page_url": address(page.number + 1, page.next) if page.next else None,
        "key": name,
    }
