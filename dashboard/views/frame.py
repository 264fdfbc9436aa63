"""What every page carries: navigation, the freshness lamp, and how a board is served."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.functional import SimpleLazyObject

from clock import now_ms
from dashboard import boards
from dashboard.numbers import Moment
from statsync.queries import boards as queries

Context = dict[str, Any]
THEMES = {"light", "dark"}
MODULES = {
    f"{settings.STATIC_URL}js/{file.name}": static(f"js/{file.name}")
    for file in sorted((settings.ROOT / "static" / "js").glob("*.js"))
}
"Import map: what modules call each other -> the address with the hash of the content."
SHEETS = [
    static(f"css/{name}.css")
    for name in (
        *("tokens", "page", "frame", "panel", "tile"),
        *("table", "button", "chart", "forms"),
    )
]


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the rail. `url`: its URL's name; `icon`: in boards/icons.html."""

    url: str
    word: str
    icon: str


NAV = (
    Place("overview", "Overview", "overview"),
    Place("queues", "Queues", "queues"),
    Place("agents", "Agents", "agents"),
    Place("history", "History", "history"),
    Place("manage_workers", "Workers", "workers"),
    Place("manage_activities", "Activities", "activities"),
    Place("trust", "Trust", "trust"),
)


def frame(request: HttpRequest) -> Context:
    """Context processor. The workspace and the lamp are read only by pages that show
    them; somebody who has not signed in is told neither."""
    theme = request.COOKIES.get("theme", "")
    context: Context = {
        "modules": MODULES,
        "sheets": SHEETS,
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "theme": theme if theme in THEMES else "",
        "here": request.resolver_match.url_name if request.resolver_match else "",
        "board": "frame",
        "nav": (),
        "now": now_ms(),
        "form_key": secrets.token_urlsafe(16),
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        context["nav"] = NAV
        context["workspace"] = SimpleLazyObject(queries.current_workspace)
        context["lamp"] = SimpleLazyObject(lamp)
        context["zone"] = SimpleLazyObject(zone)
        context["clock"] = SimpleLazyObject(clock)
    return context


def zone() -> str:
    workspace = queries.current_workspace()
    return queries.rule(workspace)[0] if workspace else "UTC"


def clock() -> str:
    """The time in the workspace's reporting zone, with the zone's short name."""
    return f"{datetime.now(ZoneInfo(zone())):%H:%M %Z}"


def lamp() -> boards.Lamp:
    """The lamp of a page that has no board, from the feeds' rows."""
    workspace = queries.current_workspace()
    if workspace is None:
        return boards.Lamp("stale", "no workspace connected")
    _cursor, rows = queries.snapshot(workspace, "frame")
    return boards.lamp(rows.get("feed", {}), now_ms())


@dataclass(frozen=True, slots=True)
class Seen:
    """What a board is made of at one moment."""

    workspace: Any
    rows: boards.Rows
    at: Moment


def serve_board(
    request: HttpRequest,
    name: str,
    make: Callable[[Seen], Mapping[str, Any]],
) -> HttpResponse:
    """The board's first paint, with the rows it was painted from for the browser."""
    workspace = queries.current_workspace()
    if workspace is None:
        return render(request, "boards/unconnected.html", {"workspace": None})
    cursor, rows = queries.snapshot(workspace, name)
    now = now_ms()
    at = boards.moment(rows, now)
    context: Context = {
        "board": name,
        "workspace": workspace,
        "cursor": cursor,
        "rows": rows,
        "now": now,
        "zone": at.zone,
        "lamp": boards.lamp(rows.get("feed", {}), now),
        **make(Seen(workspace, rows, at)),
    }
    return render(request, f"boards/{name}.html", context)
