"""One request: who asks, what for, and how the answer is sent."""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import structlog
from django.http import HttpRequest, HttpResponse, QueryDict

from taskrouter import serving
from taskrouter.api import parameters
from taskrouter.engine.commands import Command, Source
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State
from taskrouter.owner import NotSaved, Owner

log = structlog.get_logger()
T = TypeVar("T")
Handler = Callable[..., Awaitable["Answer"]]
View = Callable[..., Coroutine[Any, Any, HttpResponse]]


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` None is an empty one; `version` becomes the ETag."""

    body: dict[str, Any] | None
    status: int = 200
    version: int | None = None


@dataclass(slots=True)
class Call:
    request: HttpRequest
    owner: Owner
    account_sid: str
    base: str = field(default="")
    "Scheme and host the client used, so that it can follow every address it is given."

    def parameters(self, table: Mapping[str, parameters.Reader]) -> dict[str, Any]:
        return parameters.read(self.form, table)

    @property
    def form(self) -> QueryDict:
        post = self.request.method == "POST"
        return self.request.POST if post else self.request.GET

    @property
    def if_match(self) -> int | None:
        given = self.request.headers.get("If-Match", "").strip().strip('"')
        if not given or given == "*":
            return None
        if not given.isdigit():
            raise Refused(
                f"If-Match: {given!r} is no version of this resource.", 412, 20412
            )
        return int(given)

    @property
    def source(self) -> Source:
        ip = self.request.META.get("REMOTE_ADDR", "")
        return Source("account", self.account_sid, "api", ip)

    async def do(self, command: type[Command], **fields: Any) -> Any:
        return await self.owner.do(command(source=self.source, **fields))

    async def read(self, look: Callable[[State, int], T]) -> T:
        return await self.owner.read(look)


def endpoint(**methods: Handler) -> View:
    """A view that answers these methods and refuses the rest."""

    async def view(request: HttpRequest, **path: str) -> HttpResponse:
        try:
            call = authorised(request)
            handler = methods.get(request.method or "")
            if handler is None:
                raise Refused(f"{request.method} is not allowed here.", 405, 20004)
            return respond(await handler(call, **path))
        except Refused as refused:
            return refuse(refused)
        except NotSaved:
            return refuse(Refused("The change could not be saved.", 503, 20503))
        except Exception:
            log.exception("api.broken", path=request.path)
            return refuse(Refused("Internal error; it has been logged.", 500, 20500))

    # Clients send no CSRF token; they authenticate each request.
    view.csrf_exempt = True  # type: ignore[attr-defined]
    return view


def authorised(request: HttpRequest) -> Call:
    service = serving.current()
    sid, token = credentials(request.headers.get("Authorization", ""))
    known = hmac.compare_digest(sid.encode(), service.identity.account_sid.encode())
    right = hmac.compare_digest(token.encode(), service.identity.auth_token.encode())
    if not (known and right):
        raise Refused(
            "Authenticate: the account sid or the auth token is wrong.", 401, 20003
        )
    base = f"{request.scheme}://{request.get_host()}"
    return Call(request, service.owner, sid, base)


def credentials(header: str) -> tuple[str, str]:
    scheme, _, value = header.partition(" ")
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    sid, _, token = text.partition(":")
    return (sid, token) if scheme.lower() == "basic" else ("", "")


def respond(answer: Answer) -> HttpResponse:
    if answer.body is None:
        return HttpResponse(status=answer.status)
    response = HttpResponse(
        msgspec.json.encode(answer.body),
        content_type="application/json",
        status=answer.status,
    )
    if answer.version is not None:
        response["ETag"] = f'"{answer.version}"'
    return response


def refuse(refused: Refused) -> HttpResponse:
    body = {
        "code": refused.code,
        "message": refused.message,
        "more_info": f"https://www.twilio.com/docs/errors/{refused.code}",
        "status": refused.status,
    }
    response = respond(Answer(body, refused.status))
    if refused.status == 401:
        response["WWW-Authenticate"] = 'Basic realm="TaskRouter"'
    return response


def not_found(request: HttpRequest, **path: str) -> HttpResponse:
    path_text = request.path.removeprefix("/v1")
    return refuse(
        Refused(f"The requested resource {path_text} was not found", 404, 20404)
    )
