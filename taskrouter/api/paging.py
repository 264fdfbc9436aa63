"""Pages that neither skip nor repeat while rows come and go: by key, not by number."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from taskrouter.api.call import Answer, Call
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
    try:
        first = start_of(ordered, key, place, size)
    except TypeError:
        raise bad_token() from None
    shown = ordered[first : first + size]
    more = first + size < len(ordered)
    return Page(
        shown,
        place.number,
        size,
        token("before", place.number - 1, key(shown[0])) if first and shown else None,
        token("after", place.number + 1, key(shown[-1])) if more else None,
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
    given = call.request.GET.get("PageSize", str(PAGE_SIZE))
    if not given.isdigit() or not 1 <= int(given) <= MOST:
        raise Refused(f"PageSize: {given!r} is not a whole number from 1 to {MOST}.")
    return int(given)


def place_of(call: Call) -> Place:
    given = call.request.GET.get("PageToken", "")
    number = call.request.GET.get("Page", "0")
    if not number.isdigit():
        raise Refused(f"Page: {number!r} is not a whole number.")
    if not given:
        if int(number) > 0:
            raise Refused(
                "Page: pages are not fetched by number; follow next_page_url.",
                400,
                40153,
            )
        return Place()
    try:
        return Place(**json.loads(base64.urlsafe_b64decode(given.removeprefix("PA"))))
    except (binascii.Error, ValueError, TypeError):
        raise bad_token() from None


def bad_token() -> Refused:
    return Refused("PageToken: not one of ours; follow next_page_url.")


def token(side: str, number: int, key: Key) -> str:
    place = json.dumps({"number": max(0, number), side: list(key)})
    return "PA" + base64.urlsafe_b64encode(place.encode()).decode()


def listed(
    call: Call, name: str, page: Page[R], render: Callable[[R], dict[str, Any]]
) -> Answer:
    """The answer of a list: the rows under `name`, and the addresses of other pages."""
    return Answer(
        {name: [render(row) for row in page.rows], "meta": meta(call, name, page)}
    )


def meta(call: Call, name: str, page: Page[Any]) -> dict[str, Any]:
    def address(number: int, token: str | None = None) -> str:
        filters = [
            (key, value)
            for key, values in call.request.GET.lists()
            if key not in OWN
            for value in values
        ]
        own = [("PageSize", str(page.size)), ("Page", str(number))]
        own += [("PageToken", token)] if token else []
        return f"{call.base}{call.request.path}?{urlencode([*filters, *own])}"

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
