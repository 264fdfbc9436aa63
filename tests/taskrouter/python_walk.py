"""Something of every kind for Twilio's Python SDK to be used on."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, get_args, get_origin

from twilio.rest import Client

from tests.taskrouter.floor import Floor, opened
from tests.taskrouter.python_sdk import Method, below, kind, stem
from tests.taskrouter.values import ALSO, COMPANY, VALUES

# The floor's word for the sid of what is called otherwise there.
SIDS = {
    "Workspace": "WorkspaceSid",
    "TaskReservation": "Reservation",
    "WorkerReservation": "Reservation",
    "WorkerChannel": "Channel",
}
CHANGING = {"update", "delete"}
# What only clients know of.
OWN = {"Limit": "1", "PageNumber": "0"}
UNIQUE = {"friendly_name", "unique_name"}
numbers = itertools.count(1)


@dataclass
class Walk:
    sdk: Client
    floor: Floor
    things: dict[type, Any] = field(default_factory=dict)
    "By class, the lists and the contexts of what is on the floor."

    def __post_init__(self) -> None:
        self.follow(self.sdk.taskrouter.v1.workspaces)

    def follow(self, thing: Any) -> None:
        self.things[type(thing)] = thing
        if callable(thing):
            self.follow(thing(*self.sid_of(type(thing))))
        for one in below(thing):
            self.follow(one)

    def sid_of(self, owner: type) -> list[str]:
        """Nothing for statistics, of which a subject has one."""
        name = stem(owner)
        sid = self.floor.sids.get(SIDS.get(name, name))
        return [sid] if sid else []

    def of(self, name: str, what: str) -> Any:
        return next(
            thing
            for owner, thing in self.things.items()
            if (stem(owner), kind(owner)) == (name, what)
        )

    def ready_for(self, method: Method) -> "Walk":
        """This one, or one of its own for a method that would spoil it for others."""
        spoils = method.name in CHANGING and stem(method.owner) == "Workspace"
        return Walk(self.sdk, opened(self.floor.http)) if spoils else self

    def target(self, method: Method) -> Any:
        name, what = stem(method.owner), kind(method.owner)
        if what == "List":
            return self.things[method.owner]
        if what == "Page":
            return self.of(name, "List").page()
        fresh = method.name in CHANGING and name != "Workspace"
        context = self.fresh(name) if fresh else self.of(name, "Context")
        return context.fetch() if what == "Instance" else context

    def fresh(self, name: str) -> Any:
        """The context of a resource that no other test will see."""
        match name:
            case "Task":
                return self.made(name, workflow_sid=self.floor.sids["Quiet"])
            case "TaskReservation":
                offer = self.offer()
                return self.of("Task", "List")(offer.task_sid).reservations(offer.sid)
            case "WorkerReservation":
                offer = self.offer()
                worker = self.of("Worker", "List")(offer.worker_sid)
                return worker.reservations(offer.sid)
            case "WorkerChannel":
                return self.made("Worker").worker_channels("default")
        return self.made(name)

    def made(self, name: str, **more: str) -> Any:
        where = self.of(name, "List")
        asked = self.arguments(Method(type(where), "create"), where)
        return where(where.create(**(asked | more)).sid)

    def offer(self) -> Any:
        """To the worker, whom another offer may have sent away."""
        self.of("Worker", "Context").update(activity_sid=self.floor.sids["Ready"])
        (offer,) = self.made("Task").reservations.list()
        return offer

    def arguments(self, method: Method, thing: Any, *parameters: str) -> dict[str, Any]:
        """The parameters, and what they or the method cannot do without."""
        asked = dict.fromkeys([*map(pascal, method.required), "Body"], "")
        asked |= ALSO.get(method.operation, {})
        for named in map(pascal, parameters):
            asked |= COMPANY.get((method.operation, named), {named: ""})
        return {
            name: self.value(method, thing, name, asked[pascal(name)], hint)
            for name, hint in method.parameters.items()
            if pascal(name) in asked
        }

    def value(self, method: Method, thing: Any, name: str, text: str, hint: Any) -> Any:
        match name:
            case "sid":
                return "x"
            case "body":
                sids = [self.floor.sids["TaskQueue"]]
                return SimpleNamespace(to_dict=lambda: {"queueSids": sids})
            case "target_url":
                return self.sdk.taskrouter.absolute_url("v1" + thing._uri)
            case "payload":
                return thing.load_page(thing._payload)[0]
            case "if_match":
                return thing.fetch_with_http_info().headers["ETag"]
        given = self.floor.filled(text or (VALUES | OWN)[pascal(name)])
        return native(given + str(next(numbers)) * (name in UNIQUE), hint)


def pascal(name: str) -> str:
    """friendly_name -> FriendlyName; from_ -> From."""
    return "".join(word.capitalize() for word in name.split("_"))


def native(text: str, hint: Any) -> Any:
    """As the SDK's users give it."""
    if get_origin(hint) is list:
        return [native(text, *get_args(hint))]
    if hint is bool:
        return text == "true"
    if hint is datetime:
        return datetime.fromisoformat(text)
    return int(text) if hint is int else text
