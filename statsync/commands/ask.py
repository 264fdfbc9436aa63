"""The only way to ask TaskRouter for a change; keeps who asked, what, and the answer.

Nothing is changed here: what TaskRouter did comes back by its events. A request is sent
once. If its answer is lost, the command is in doubt, and says so.
"""

import json
from typing import Any

from clock import now_ms
from statsync import connections
from statsync.actions import commands
from statsync.actions.resources import store_resources
from statsync.client import Refused, TaskRouterError
from statsync.models import Command, Resource, Workspace
from statsync.queries import resources
from statsync.records import snake

# kind -> (method, path below the workspace; {} is the subject)
REQUESTS = {
    "worker.create": ("POST", "Workers"),
    "worker.update": ("POST", "Workers/{}"),
    "worker.delete": ("DELETE", "Workers/{}"),
    "worker_channel.update": ("POST", "Workers/{}"),
    "activity.create": ("POST", "Activities"),
    "activity.update": ("POST", "Activities/{}"),
    "activity.delete": ("DELETE", "Activities/{}"),
    "workspace.update": ("POST", ""),
}
MIRRORED = {"worker", "activity", "worker_channel"}


def ask(
    workspace: Workspace,
    person: Any,
    kind: str,
    subject: str,
    changes: dict[str, Any],
    name: str = "",
) -> Command:
    """Asks once. `subject` is the sid, for worker_channel.update `WK…/Channels/voice`.

    `changes` are TaskRouter's own parameters. The command's state tells what became of
    it: done, refused (its `answer` is TaskRouter's, in words) or unknown.
    """
    method, path = REQUESTS[kind]
    sid = subject.partition("/")[0]
    command = commands.asked(
        workspace,
        person,
        kind,
        (sid, name or name_of(workspace, sid)),
        before(workspace, sid, changes),
        changes,
        now_ms(),
    )
    asked_ms = now_ms()
    try:
        client = connections.of(workspace)
        item = client.write(method, workspace.sid, parts(path, subject), changes)
    except Refused as refused:
        answer = f"{refused.message} (code {refused.code})"
        return commands.answered(command, "refused", answer, now_ms(), refused.code)
    except TaskRouterError as error:
        doubt = f"{error} Whether it was done is not known; look before asking again."
        return commands.answered(command, "unknown", doubt, now_ms())
    # What TaskRouter answered is its word as good as a list's.
    mirror(workspace, kind, sid, item, asked_ms)
    if item.get("sid") and not command.subject_sid:
        command.subject_sid = item["sid"]
    return commands.answered(command, "done", "", now_ms())


def parts(path: str, subject: str) -> list[str]:
    """The parts of an address; a channel's name is the last one, slashes and all."""
    own = subject.split("/", 2)
    return [
        part
        for step in path.split("/")
        if step
        for part in (own if step == "{}" else [step])
    ]


def present_worker(workspace: Workspace, sid: str) -> resources.Worker:
    """As TaskRouter has it now, read before a change is merged into it."""
    client = connections.of(workspace)
    found = client.resource(workspace.sid, ["Workers", sid])
    channels = client.listed(workspace.sid, f"Workers/{sid}/Channels", "channels")
    return resources.worker_of(
        {**found, "name": found["friendly_name"]},
        [resources.channel_of(one) for one in channels],
    )


def mirror(
    workspace: Workspace, kind: str, sid: str, item: dict[str, Any], asked_ms: int
) -> None:
    noun = kind.partition(".")[0]
    if noun in MIRRORED and item.get("sid"):
        parent = sid if noun == "worker_channel" else ""
        store_resources(workspace, noun, [item], False, asked_ms, parent)


def name_of(workspace: Workspace, sid: str) -> str:
    rows = Resource.objects.filter(workspace=workspace, sid=sid)
    return rows.values_list("name", flat=True).first() or ""


def before(workspace: Workspace, sid: str, changes: dict[str, Any]) -> dict[str, Any]:
    """What the mirror knew of the fields that are about to change."""
    row = Resource.objects.filter(workspace=workspace, sid=sid).first()
    body = json.loads(row.body) if row else {}
    return {name: body.get(snake(name)) for name in changes}
