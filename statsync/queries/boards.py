"""What boards show, and who may follow it."""

from collections.abc import Iterable

from statsync import live
from statsync.live.frames import BOARD_KINDS, Rows
from statsync.live.table import Changes
from statsync.models import Workspace, WorkspaceRule
from statsync.queries import resources


def current_workspace() -> Workspace | None:
    """The workspace that is shown; the one connected first."""
    return Workspace.objects.select_related("account").order_by("pk").first()


def snapshot(workspace: Workspace, board: str) -> tuple[str, Rows]:
    """Cursor 'epoch:version', and the board's rows by kind and sid."""
    found = live.snapshot(workspace.pk, BOARD_KINDS[board])
    return found.cursor, found.rows


def activities(workspace: Workspace) -> list[resources.Activity]:
    """By name, for the menus of a board."""
    return resources.activities(workspace)


def changes(workspace_id: int, epoch: str, after: int, kinds: Iterable[str]) -> Changes:
    return live.changes(workspace_id, epoch, after, kinds)


def workspace_id(sid: str) -> int | None:
    rows = Workspace.objects.filter(sid=sid)
    return rows.values_list("pk", flat=True).first()


def rule(workspace: Workspace) -> tuple[str, int]:
    """Reporting zone, and when its day begins in minutes after midnight."""
    found = WorkspaceRule.objects.filter(workspace=workspace).order_by("from_ms").last()
    return (found.zone, found.day_start_minutes) if found else ("UTC", 0)
