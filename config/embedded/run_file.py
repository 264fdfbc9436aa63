"""var/run.json: where the embedded set is to be reached while it runs."""

import json
import os
from pathlib import Path
from typing import TypedDict

from django.conf import settings

RUN_FILE = settings.VAR / "run.json"


class TaskRouterAt(TypedDict):
    """What the built-in TaskRouter says of itself once it serves."""

    base_url: str
    account_sid: str
    auth_token: str
    workspace_sid: str
    pid: int


class RunFile(TypedDict):
    url: str
    sign_in_url: str
    pid: int
    taskrouter: TaskRouterAt


def write(path: Path, content: RunFile) -> None:
    """Whole or not at all: a reader never sees half a file. Holds secrets: 0600."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        json.dump(content, file, indent=2)
    draft.replace(path)


def read(path: Path) -> RunFile:
    content: RunFile = json.loads(path.read_text())
    return content


def present() -> RunFile | None:
    """None: no embedded set has begun here."""
    return read(RUN_FILE) if RUN_FILE.exists() else None
