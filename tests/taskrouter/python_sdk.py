"""What Twilio's Python SDK offers for TaskRouter, read from the SDK itself."""

import ast
import importlib
import inspect
import pkgutil
import textwrap
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import twilio.rest.taskrouter.v1 as v1
from twilio.base.instance_context import InstanceContext
from twilio.base.instance_resource import InstanceResource
from twilio.base.list_resource import ListResource
from twilio.base.page import Page

KINDS = {
    ListResource: "List",
    InstanceContext: "Context",
    InstanceResource: "Instance",
    Page: "Page",
}
HTTP_INFO, ASYNC = "_with_http_info", "_async"


@dataclass(frozen=True)
class Method:
    owner: type
    name: str
    "Without the suffixes of its twins."
    http_info: bool = False
    "It also tells status and headers."
    awaited: bool = False

    @classmethod
    def of(cls, owner: type, own_name: str) -> "Method":
        plain = own_name.removesuffix(ASYNC)
        name = plain.removesuffix(HTTP_INFO)
        return cls(owner, name, plain != name, own_name != plain)

    @property
    def own_name(self) -> str:
        return self.name + HTTP_INFO * self.http_info + ASYNC * self.awaited

    @property
    def function(self) -> Any:
        return getattr(self.owner, self.own_name)

    @property
    def parameters(self) -> dict[str, Any]:
        """The types, by name; of those that may be left out without the reason why."""
        names = vars(inspect.getmodule(self.owner))
        found = inspect.signature(self.function).parameters.values()
        return {one.name: written(one.annotation, names) for one in list(found)[1:]}

    @property
    def required(self) -> list[str]:
        found = inspect.signature(self.function).parameters.values()
        return [one.name for one in list(found)[1:] if one.default is one.empty]

    @property
    def operation(self) -> str:
        """As the API's description calls it: UpdateTaskReservation."""
        return self.name.title() + stem(self.owner)

    def __str__(self) -> str:
        return f"{stem(self.owner)}{kind(self.owner)}.{self.own_name}"


def kind(owner: type) -> str:
    return next(name for base, name in KINDS.items() if issubclass(owner, base))


def stem(owner: type) -> str:
    """WorkerContext -> Worker; of the two Reservations, whose it is."""
    name = owner.__name__.removesuffix(kind(owner))
    parent = owner.__module__.split(".")[-2]
    return parent.title() + name if name == "Reservation" else name


def modules() -> Iterator[Any]:
    yield v1
    for found in pkgutil.walk_packages(v1.__path__, f"{v1.__name__}."):
        yield importlib.import_module(found.name)


def classes() -> list[type]:
    return [
        one
        for module in modules()
        for one in vars(module).values()
        if inspect.isclass(one)
        and one.__module__ == module.__name__
        and issubclass(one, tuple(KINDS))
    ]


def offered(owner: type) -> dict[str, Any]:
    """What a class has of its own for its users."""
    return {
        name: member for name, member in vars(owner).items() if not name.startswith("_")
    }


def methods() -> list[Method]:
    return [
        Method.of(owner, name)
        for owner in classes()
        for name, member in offered(owner).items()
        if inspect.isfunction(member)
    ]


def below(thing: Any) -> list[Any]:
    """The lists that hang on a list or on a context."""
    members = offered(type(thing)).items()
    return [getattr(thing, name) for name, one in members if isinstance(one, property)]


@cache
def declared(owner: type) -> dict[str, Any]:
    """An instance's properties with the types the SDK gives them."""
    source = ast.parse(textwrap.dedent(inspect.getsource(owner.__init__)))  # type: ignore[misc]
    names = vars(inspect.getmodule(owner))
    return {
        node.target.attr: written(ast.unparse(node.annotation), names)
        for node in ast.walk(source)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Attribute)
        and not node.target.attr.startswith("_")
    }


def written(annotation: Any, names: dict[str, Any]) -> Any:
    """Of `Optional[X]` or `Union[X, object]` the X."""
    hint = eval(annotation, names) if isinstance(annotation, str) else annotation
    if typing.get_origin(hint) is typing.Union:
        hint = typing.get_args(hint)[0]
    if isinstance(hint, typing.ForwardRef):
        return eval(hint.__forward_arg__, names)
    return hint


def faults(instance: Any, may_be_none: set[str]) -> list[str]:
    """What is not as declared, of the properties and of what hangs on them."""
    wrong = [
        f"{name}: {value!r} is no {hint}"
        for name, hint in declared(type(instance)).items()
        if not fits(value := getattr(instance, name), hint)
        and not (value is None and name in may_be_none)
    ]
    lists = [kind(type(one)) == "List" for one in below(instance)]
    return wrong + ["its lists are none"] * (not all(lists))


def fits(value: Any, hint: Any) -> bool:
    if words := enumerated(hint):
        return value in words
    if typing.get_origin(hint) is list:
        (each,) = typing.get_args(hint)
        return isinstance(value, list) and all(fits(one, each) for one in value)
    if hint is datetime:
        return isinstance(value, datetime) and value.tzinfo is UTC
    return type(value) is (typing.get_origin(hint) or hint)


def enumerated(hint: Any) -> set[str]:
    """The values of one of the SDK's enumerations, which are plain classes."""
    plain = inspect.isclass(hint) and hint.__module__.startswith(v1.__name__)
    return set(offered(hint).values()) if plain else set()
