"""What boards have been told: the live rows as last written."""

import json
from collections.abc import Iterable
from typing import Any

from statsync.models import Workspace
from statsync.select import marks, select

KindAndSid = tuple[str, str]
Told = tuple[str, int | None]
"A row's JSON text, and when it is due."
OF_KINDS = """
SELECT kind, sid, body, due_at FROM statsync_liverow
WHERE workspace_id = %s AND kind IN ({kinds}) AND gone_ms IS NULL
"""
OF_SIDS = """
SELECT kind, sid, body, due_at FROM statsync_liverow
WHERE workspace_id = %s AND kind = %s AND sid IN ({sids}) AND gone_ms IS NULL
"""


class Published:
    """The rows of these kinds, and of the others those that are looked up."""

    def __init__(self, workspace: Workspace, kinds: Iterable[str] = ()) -> None:
        self.workspace = workspace
        self.kinds = frozenset(kinds)
        self.rows: dict[KindAndSid, Told] = {}
        if self.kinds:
            self._read(OF_KINDS.format(kinds=marks(self.kinds)), *self.kinds)

    def _read(self, sql: str, *values: str) -> None:
        for kind, sid, text, due_at in select(sql, [self.workspace.pk, *values]):
            self.rows[kind, sid] = (text, due_at)

    def bodies(self, kind: str) -> dict[str, dict[str, Any]]:
        return {
            sid: json.loads(text)
            for (of, sid), (text, _due) in self.rows.items()
            if of == kind
        }

    def sids(self, kind: str) -> list[str]:
        return [sid for of, sid in self.rows if of == kind]

    def look_up(self, keys: Iterable[KindAndSid]) -> None:
        unread: dict[str, list[str]] = {}
        for kind, sid in keys:
            if kind not in self.kinds:
                unread.setdefault(kind, []).append(sid)
        for kind, sids in unread.items():
            self._read(OF_SIDS.format(sids=marks(sids)), kind, *sids)
