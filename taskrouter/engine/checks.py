"""What every write is checked for: TaskRouter's limits, in one place."""

import json
from typing import Any, TypeVar

from taskrouter.engine.commands import UNSET, InWorkspace, OfOne, Unset
from taskrouter.engine.records import Workspace
from taskrouter.engine.refusal import Refused, changed_meanwhile, not_found
from taskrouter.engine.state import State

LONGEST_NAME = 64
LONGEST_ATTRIBUTES = 4096
DEEPEST_ATTRIBUTES = 64
V = TypeVar("V")

TITLES = {
    "workspace": "Workspace",
    "activity": "Activity",
    "task_channel": "TaskChannel",
    "worker": "Worker",
    "worker_channel": "WorkerChannel",
    "task_queue": "TaskQueue",
    "workflow": "Workflow",
    "task": "Task",
    "reservation": "Reservation",
    "transfer": "Transfer",
}


def given(value: V | Unset, otherwise: V) -> V:
    return otherwise if isinstance(value, Unset) else value


def only_given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not UNSET}


def the_workspace(state: State, sid: str) -> Workspace:
    workspace = state.workspaces.get(sid)
    if workspace is None:
        raise not_found("Workspace", sid)
    return workspace


def the_one(state: State, kind: str, workspace_sid: str, sid: str) -> Any:
    """The record of that kind and sid inside the workspace. Raises Refused (404)."""
    the_workspace(state, workspace_sid)
    record = state.get(kind, sid)
    if record is None or record.workspace_sid != workspace_sid:
        raise not_found(TITLES[kind], sid)
    return record


def the_current(state: State, kind: str, command: OfOne) -> Any:
    """As the_one, and at the version the client named, if it named one."""
    record = the_one(state, kind, command.workspace_sid, command.sid)
    if command.if_match is not None and command.if_match != record.version:
        raise changed_meanwhile(TITLES[kind], record.sid, record.version)
    return record


def referred(
    state: State, kind: str, command: InWorkspace, field: str, sid: str | Unset
) -> None:
    """A sid given as a parameter must be of this workspace."""
    if isinstance(sid, Unset):
        return
    record = state.get(kind, sid)
    if record is None or record.workspace_sid != command.workspace_sid:
        raise Refused(f"{field}: there is no {TITLES[kind]} {sid} in this Workspace.")


def name(value: str | Unset) -> None:
    if isinstance(value, Unset):
        return
    if not value.strip():
        raise Refused("FriendlyName: a name is required.")
    if len(value) > LONGEST_NAME:
        raise Refused(f"FriendlyName: at most {LONGEST_NAME} characters are allowed.")


def required_name(value: str | Unset) -> str:
    name(given(value, ""))
    assert isinstance(value, str)
    return value


def free_name(
    state: State, kind: str, workspace_sid: str, value: str | Unset, but: str = ""
) -> None:
    """Names are unique in a workspace, whatever their case. `but` may keep its own."""
    wanted = given(value, "").casefold()
    for record in bearers(state, kind, workspace_sid, wanted):
        if record.sid != but:
            raise Refused(
                f"FriendlyName: another {TITLES[kind]} ({record.sid}) already has the"
                f" name {value!r}; choose another.",
                409,
                20409,
            )


def bearers(state: State, kind: str, workspace_sid: str, name: str) -> list[Any]:
    """Who has the name; the workers, who may be 15,000, by their index."""
    if kind == "worker":
        found = state.worker_named(workspace_sid, name)
        return [found] if found else []
    records = state.inside(workspace_sid, kind)
    return [one for one in records if one.friendly_name.casefold() == name]


def attributes(value: str | Unset) -> None:
    """A JSON object of at most 4,096 characters."""
    if isinstance(value, Unset):
        return
    if len(value) > LONGEST_ATTRIBUTES:
        raise Refused(
            f"Attributes: {len(value)} characters; at most {LONGEST_ATTRIBUTES} are allowed."
        )
    if not isinstance(read_json("Attributes", value), dict):
        raise Refused('Attributes: a JSON object is required, as {"skills": ["en"]}.')


def read_json(field: str, value: str) -> Any:
    """Parsed JSON. Raises Refused with the line and column of a mistake."""
    try:
        return STRICT.decode(value)
    except json.JSONDecodeError as error:
        raise Refused(
            f"{field}: not valid JSON at line {error.lineno}, column {error.colno}:"
            f" {error.msg}."
        ) from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"{field}: not valid JSON: {error}.") from None


def refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


STRICT = json.JSONDecoder(parse_constant=refuse_constant)


def between(field: str, value: int | Unset, least: int, most: int) -> None:
    if not isinstance(value, Unset) and not least <= value <= most:
        raise Refused(f"{field}: {value} is not between {least} and {most}.")


def one_of(field: str, value: str | Unset, allowed: tuple[str, ...]) -> None:
    if not isinstance(value, Unset) and value not in allowed:
        raise Refused(f"{field}: {value!r} is not one of {', '.join(allowed)}.")


def address(field: str, value: str | Unset) -> None:
    if isinstance(value, Unset) or not value:
        return
    if not value.startswith(("http://", "https://")):
        raise Refused(
            f"{field}: an address that begins with http:// or https:// is needed."
        )


def at_most(state: State, kind: str, workspace_sid: str, most: int) -> None:
    if len(state.sids_inside(workspace_sid, kind)) >= most:
        raise Refused(f"A Workspace holds at most {most} of {TITLES[kind]}.")
