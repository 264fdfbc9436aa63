"""What boards show, and who may follow it."""

from collections.abc import Iterable

from statsync import live
from statsync.live.frames import BOARD_KINDS, Rows
from statsync.live.table import Changes
from statsync.models import Workspace
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


def changes(
    workspace_id: int, epoch: str, after: int, kinds: Iterable[str], now: int
) -> Changes:
    return live.changes(workspace_id, epoch, after, kinds, now)


def workspace_id(sid: str) -> int | None:
    rows = Workspace.objects.filter(sid=sid)
    return rows.values_list("pk", flat=True).first()
