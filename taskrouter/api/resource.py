"""What every resource has in common: list, create, fetch, update, delete."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from taskrouter import guard, serving
from taskrouter.api.call import Answer, Call, View, endpoint
from taskrouter.api.ordering import Sorter, ordered
from taskrouter.api.paging import listed, page
from taskrouter.api.parameters import Reader
from taskrouter.api.shapes import Shape, Shapes
from taskrouter.engine import checks
from taskrouter.engine.commands import Command
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State

Test = Callable[[State, Any], bool]
Filters = Callable[[Call, State, str], list[Test]]
Order = Callable[[Call], Sorter]


def everything(call: Call, state: State, workspace_sid: str) -> list[Test]:
    return []


def by_creation(call: Call) -> Sorter:
    return lambda record: (record.date_created, record.sid)


def by(*fields: str, ties: tuple[str, ...] = ("date_created",)) -> Order:
    """As the client's Ordering wants, of these fields."""
    names = {field.replace("_", ""): field for field in fields}
    return lambda call: ordered(call, names, ties)


def by_sid(state: State, workspace_sid: str, kind: str, sid: str) -> Any:
    return checks.the_one(state, kind, workspace_sid, sid)


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of resource inside a workspace, as the API offers it."""

    kind: str
    key: str
    "The name of the array in a list."
    render: Callable[[Shapes, Any], Shape]
    create: type[Command]
    update: type[Command]
    delete: type[Command]
    created_by: Mapping[str, Reader]
    updated_by: Mapping[str, Reader]
    filters: Filters = everything
    order: Order = by_creation
    find: Callable[[State, str, str, str], Any] = by_sid
    urls: tuple[str, ...] = field(default=())
    "Parameters that name an address somebody will be called at."
    ahead: Callable[[dict[str, Any]], object] | None = None
    "What a request's fields need long for; done before its turn, beside the others."

    def collection(self) -> View:
        return endpoint(GET=self._list, POST=self._create)

    def instance(self) -> View:
        return endpoint(GET=self._fetch, POST=self._update, DELETE=self._delete)

    async def _list(self, call: Call, ws: str) -> Answer:
        def look(state: State, now: int) -> Answer:
            checks.the_workspace(state, ws)
            tests = self.filters(call, state, ws)
            rows = [
                row
                for row in state.inside(ws, self.kind)
                if all(test(state, row) for test in tests)
            ]
            shapes = Shapes(state, now, call.base, call.account_sid)
            shown = page(call, rows, self.order(call))
            return listed(call, self.key, shown, lambda row: self.render(shapes, row))

        return await call.read(look)

    async def _create(self, call: Call, ws: str) -> Answer:
        fields = call.parameters(self.created_by)
        await guarded(call, self.urls)
        if self.ahead is not None:
            await asyncio.to_thread(self.ahead, fields)
        made = await call.do(self.create, workspace_sid=ws, **fields)
        return await self._told(call, made, 201)

    async def _fetch(self, call: Call, ws: str, sid: str) -> Answer:
        return await call.read(
            lambda state, now: self._shown(
                call, state, now, self.find(state, ws, self.kind, sid)
            )
        )

    async def _update(self, call: Call, ws: str, sid: str) -> Answer:
        fields = call.parameters(self.updated_by)
        await guarded(call, self.urls)
        if self.ahead is not None:
            await asyncio.to_thread(self.ahead, fields)
        changed = await call.do(
            self.update, workspace_sid=ws, sid=sid, **self._condition(call), **fields
        )
        return await self._told(call, changed, 200)

    async def _delete(self, call: Call, ws: str, sid: str) -> Answer:
        await call.do(self.delete, workspace_sid=ws, sid=sid, **self._condition(call))
        return Answer(None, 204)

    def _condition(self, call: Call) -> dict[str, Any]:
        honoured = self.kind in {"task", "worker"}
        return {"if_match": call.if_match} if honoured else {}

    async def _told(self, call: Call, record: Any, status: int) -> Answer:
        """As the command left it, whatever others have made of it since."""
        return await call.read(
            lambda state, now: self._shown(call, state, now, record, status)
        )

    def _shown(
        self, call: Call, state: State, now: int, record: Any, status: int = 200
    ) -> Answer:
        shapes = Shapes(state, now, call.base, call.account_sid)
        version = getattr(record, "version", None)
        return Answer(self.render(shapes, record), status, version)


async def guarded(call: Call, names: tuple[str, ...]) -> None:
    """Addresses we would call are judged before they are kept. Raises Refused."""
    for name in names:
        url = call.form.get(name, "")
        if not url:
            continue
        try:
            await asyncio.to_thread(guard.judge, url, serving.current().allowed)
        except guard.Forbidden as forbidden:
            raise Refused(f"{name}: {forbidden}") from None


def same(name: str) -> Callable[[Any], Test]:
    """A filter on one field by equality."""
    return lambda value: lambda state, row: bool(getattr(row, name) == value)


def chosen(call: Call, table: dict[str, Callable[[str], Test]]) -> list[Test]:
    """The tests for the filters that the query gives."""
    query = call.request.GET
    return [make(query[name]) for name, make in table.items() if query.get(name)]
