"""One request: who asks, what for, and how the answer is sent."""

import base64
import binascii
import hmac
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import structlog
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError

from taskrouter import serving
from taskrouter.api import address, parameters
from taskrouter.asked import NotSaved, Unsure
from taskrouter.engine.commands import Command, Source
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State
from taskrouter.owner import Owner

log = structlog.get_logger()
T = TypeVar("T")
Handler = Callable[..., Awaitable["Answer"]]
View = Callable[..., Coroutine[Any, Any, HttpResponse]]
VERSION = re.compile(r"[0-9]{1,18}\Z")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# Any page may ask, with credentials of its own; the browser sends none by itself.
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-Match",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": (
        "ETag, Retry-After, X-Rate-Limit-Limit, X-Rate-Limit-Remaining,"
        " X-Rate-Limit-Config"
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` None is an empty one; `version` becomes the ETag."""

    body: dict[str, Any] | None
    status: int = 200
    version: int | str | None = None


@dataclass(slots=True)
class Call:
    request: HttpRequest
    owner: Owner
    account_sid: str
    base: str = ""
    "Scheme and host the client used, so that it can follow every address it is given."
    ip: str = ""

    def parameters(self, table: Mapping[str, parameters.Reader]) -> dict[str, Any]:
        return parameters.read(self.form, table)

    @property
    def form(self) -> QueryDict:
        """Raises Refused where parameters come in another dress, as in JSON."""
        if self.request.method != "POST":
            return self.request.GET
        kind = self.request.content_type
        if kind not in FORMS and self.request.body:
            raise Refused(
                f"Content-Type: {kind or 'none'} is not read here; send the parameters as"
                f" {FORMS[0]}.",
                415,
                20415,
            )
        return self.request.POST

    @property
    def if_match(self) -> tuple[int, ...] | None:
        """The versions of which one must be the present one; None: any may be."""
        given = self.request.headers.get("If-Match", "").strip()
        if given in ("", "*"):
            return None
        tags = [tag.strip().strip('"') for tag in given.split(",")]
        return tuple(int(tag) for tag in tags if VERSION.match(tag))

    @property
    def source(self) -> Source:
        return Source("account", self.account_sid, "api", self.ip)

    async def do(self, command: type[Command], **fields: Any) -> Any:
        return await self.owner.do(command(source=self.source, **fields))

    async def read(self, look: Callable[[State, int], T]) -> T:
        return await self.owner.read(look)


def endpoint(**methods: Handler) -> View:
    """A view that answers these methods and refuses the rest."""

    allowed = ", ".join([*methods, "OPTIONS"])

    async def view(request: HttpRequest, **path: str) -> HttpResponse:
        headers = {**SHARED, "Access-Control-Allow-Methods": allowed}
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={**headers, "Allow": allowed})
        response = await answered(request, methods, path, headers)
        if response.status_code == 405:
            headers["Allow"] = allowed
        for name, value in headers.items():
            response[name] = value
        return response

    # Clients send no CSRF token; they authenticate each request.
    view.csrf_exempt = True  # type: ignore[attr-defined]
    return view


async def answered(
    request: HttpRequest,
    methods: Mapping[str, Handler],
    path: dict[str, str],
    headers: dict[str, str],
) -> HttpResponse:
    """Whatever happens is answered in JSON. `headers` gains those of the rate."""
    try:
        call = authorised(request)
        handler = handler_of(request, methods)
        admit(call, headers)
        judge_text(request)
        return respond(await handler(call, **path))
    except Refused as refused:
        return refuse(request, refused)
    except (SuspiciousOperation, BadRequest, MultiPartParserError) as error:
        return refuse(request, Refused(f"The request cannot be read: {error}"))
    except Unsure as why:
        words = f"The database went away ({why}); whether this was saved is not known."
        return refuse(request, Refused(words, 503, 20503))
    except NotSaved as why:
        words = f"Nothing was changed, for it could not be saved ({why}); try again."
        return refuse(request, Refused(words, 503, 20503))
    except (OperationalError, InterfaceError) as why:
        words = f"The database cannot be read just now ({str(why).strip()}); try again."
        return refuse(request, Refused(words, 503, 20503))
    except Exception:
        log.exception("api.broken", path=request.path)
        broken = Refused("Internal error; it has been logged.", 500, 20500)
        return refuse(request, broken)


def handler_of(request: HttpRequest, methods: Mapping[str, Handler]) -> Handler:
    handler = methods.get(str(request.method).replace("HEAD", "GET"))
    if handler is None:
        words = f"{request.method} is not allowed here; use {' or '.join(methods)}."
        raise Refused(words, 405, 20004)
    return handler


def admit(call: Call, headers: dict[str, str]) -> None:
    """Takes a token, or raises Refused; the client learns how many are left."""
    allowance = serving.current().limits.take(call.request, call.account_sid)
    headers |= allowance.headers
    if allowance.wait:
        raise Refused(
            f"Too many requests: at most {allowance.limit} a second of this kind; try"
            f" again in {allowance.wait} s.",
            429,
            20429,
        )


def judge_text(request: HttpRequest) -> None:
    """No database of ours keeps a null character. Raises Refused."""
    if "\x00" in request.path:
        raise Refused("Not found.", 404, 20404)
    for name, values in request.GET.lists() if request.META["QUERY_STRING"] else ():
        for value in values:
            parameters.text(name, value)


def authorised(request: HttpRequest) -> Call:
    service = serving.current()
    sid, secret = credentials(request.headers.get("Authorization", ""))
    expected = service.secret_of(sid)
    right = hmac.compare_digest(secret.encode(), (expected or "").encode())
    if not (expected and right):
        raise Refused(
            "Authenticate: the account sid or API key, or its secret, is wrong.",
            401,
            20003,
        )
    base = address.base_of(request, service.proxies)
    ip = address.ip_of(request, service.proxies)
    return Call(request, service.owner, service.identity.account_sid, base, ip)


def credentials(header: str) -> tuple[str, str]:
    scheme, _, value = header.partition(" ")
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    sid, _, token = text.partition(":")
    return (sid, token) if scheme.lower() == "basic" else ("", "")


def respond(answer: Answer) -> HttpResponse:
    if answer.body is None:
        return HttpResponse(status=answer.status)
    text = msgspec.json.encode(answer.body)
    response = HttpResponse(
        text,
        content_type="application/json",
        status=answer.status,
        headers={"Content-Length": str(len(text))},
    )
    if answer.version is not None:
        response["ETag"] = f'"{answer.version}"'
    return response


def shape_of(refused: Refused) -> dict[str, Any]:
    return {
        "code": refused.code,
        "message": refused.message,
        "more_info": f"https://www.twilio.com/docs/errors/{refused.code}",
        "status": refused.status,
    }


def refuse(request: HttpRequest, refused: Refused) -> HttpResponse:
    body = shape_of(refused)
    if refused.status == 404:
        path = request.path.removeprefix("/v1") or request.path
        body["message"] = f"The requested resource {path} was not found"
    response = respond(Answer(body, refused.status))
    if refused.status == 401:
        response["WWW-Authenticate"] = 'Basic realm="TaskRouter"'
    return response


def not_found(request: HttpRequest, **path: str) -> HttpResponse:
    return refuse(request, Refused("Not found.", 404, 20404))
