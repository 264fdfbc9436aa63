"""The only way to ask TaskRouter for a change; keeps who asked, what, and the answer.

Nothing is changed here: what TaskRouter did comes back by its events. A request is sent
once. If its answer is lost, the command is in doubt, and says so.
"""

import hashlib
import json
from typing import Any

import structlog
from django.db import DatabaseError

from clock import now_ms
from statsync import connections
from statsync.actions import commands
from statsync.actions.resources import store_resources
from statsync.client import Refused, TaskRouterError, Throttled
from statsync.models import Command, Resource, Workspace
from statsync.queries import resources
from statsync.records import snake

log = structlog.get_logger()
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
    form_key: str = "",
) -> Command:
    """Asks once. `subject` is the sid, for worker_channel.update `WK…/Channels/voice`.

    `changes` are TaskRouter's own parameters. The command's state tells what became of
    it: done, refused (its `answer` is TaskRouter's, in words) or unknown. The same asked
    again under one `form_key` is the first command, which may still be sent.
    """
    method, path = REQUESTS[kind]
    sid = subject.partition("/")[0]
    command, is_new = commands.asked(
        workspace,
        person,
        kind,
        (sid, name or name_of(workspace, sid)),
        before(workspace, sid, changes),
        changes,
        now_ms(),
        digest(form_key, kind, subject, changes) if form_key else "",
    )
    return send(command, method, parts(path, subject), changes) if is_new else command


def send(
    command: Command, method: str, address: list[str], changes: dict[str, Any]
) -> Command:
    workspace, asked_ms = command.workspace, now_ms()
    try:
        client = connections.of(workspace)
        item = client.write(method, workspace.sid, address, changes)
    except Refused as refused:
        answer = f"{refused.message} (code {refused.code})"
        return commands.answered(command, "refused", answer, now_ms(), refused.code)
    except Throttled as throttled:
        answer = f"{throttled} Nothing was done; ask again in a while."
        return commands.answered(command, "refused", answer, now_ms(), 20429)
    except TaskRouterError as error:
        doubt = f"{error} Whether it was done is not known; look before asking again."
        return commands.answered(command, "unknown", doubt, now_ms())
    sid = command.subject_sid
    command.subject_sid = sid or item.get("sid", "")
    commands.answered(command, "done", "", now_ms())
    # What TaskRouter answered is its word as good as a list's.
    mirror(workspace, command.kind, sid, item, asked_ms)
    return command


def digest(form_key: str, kind: str, subject: str, changes: dict[str, Any]) -> str:
    """Another change under the same key, after a press of Stop, is another command."""
    asked = json.dumps([form_key, kind, subject, changes], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()


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
    if noun not in MIRRORED or not item.get("sid"):
        return
    parent = sid if noun == "worker_channel" else ""
    try:
        store_resources(workspace, noun, [item], False, asked_ms, parent)
    except DatabaseError as error:
        # The command is done and said so; the next list brings the mirror up to date.
        log.warning("command.not_mirrored", kind=kind, sid=sid, error=str(error))


def name_of(workspace: Workspace, sid: str) -> str:
    rows = Resource.objects.filter(workspace=workspace, sid=sid)
    return rows.values_list("name", flat=True).first() or ""


def before(workspace: Workspace, sid: str, changes: dict[str, Any]) -> dict[str, Any]:
    """What the mirror knew of the fields that are about to change."""
    row = Resource.objects.filter(workspace=workspace, sid=sid).first()
    body = json.loads(row.body) if row else {}
    return {name: body.get(snake(name)) for name in changes}
