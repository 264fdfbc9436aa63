"""What every write is checked for: TaskRouter's limits, in one place."""

from typing import Any, TypeVar

from taskrouter.engine import strict_json
from taskrouter.engine.commands import UNSET, InWorkspace, OfOne, Unset
from taskrouter.engine.records import Activity, Worker, Workspace
from taskrouter.engine.refusal import Refused, changed_meanwhile, not_found
from taskrouter.engine.state import State

LONGEST_NAME = 64
LONGEST_ATTRIBUTES = 4096
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


def changed(record: Any, **fields: Any) -> dict[str, Any]:
    """Of the given fields those that the record does not have already."""
    return {
        name: value
        for name, value in only_given(**fields).items()
        if getattr(record, name) != value
    }


def or_none(value: str | Unset) -> str | Unset | None:
    """Empty text takes a value back."""
    return value or None


def or_empty(attributes: str | Unset) -> str | Unset:
    """Empty text stands for an empty object."""
    return attributes or "{}"


def or_unset(value: str | Unset) -> str | Unset:
    """Empty text is as good as none."""
    return value or UNSET


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
    """As the_one, and at a version the client named, if it named any."""
    record = the_one(state, kind, command.workspace_sid, command.sid)
    if command.if_match is not None and record.version not in command.if_match:
        raise changed_meanwhile(TITLES[kind], record.sid, record.version)
    return record


def referred(
    state: State, kind: str, command: InWorkspace, field: str, sid: str | Unset
) -> None:
    """A sid given as a parameter must be of this workspace."""
    if not isinstance(sid, Unset):
        the_named(state, kind, command.workspace_sid, field, sid)


def the_named(state: State, kind: str, workspace_sid: str, field: str, sid: str) -> Any:
    """The record whose sid a parameter gives. Raises Refused, naming the parameter."""
    record = state.get(kind, sid)
    if record is None or record.workspace_sid != workspace_sid:
        raise Refused(f"{field}: there is no {TITLES[kind]} {sid} in this Workspace.")
    return record


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
    kind: str, value: str | Unset, bearer: Activity | Worker | None, but: str = ""
) -> None:
    """`bearer` is who has the name now; `but` may keep its own."""
    if bearer is not None and bearer.sid != but:
        raise Refused(
            f"FriendlyName: another {TITLES[kind]} ({bearer.sid}) already has the name"
            f" {value!r}; choose another.",
            409,
            20409,
        )


def attributes(value: str | Unset) -> None:
    """A JSON object of at most 4,096 characters; empty text stands for an empty one."""
    if isinstance(value, Unset):
        return
    if len(value) > LONGEST_ATTRIBUTES:
        raise Refused(
            f"Attributes: {len(value)} characters; at most {LONGEST_ATTRIBUTES} are allowed."
        )
    if value:
        strict_json.read_object("Attributes", value)


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
