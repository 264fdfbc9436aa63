"""Which workflows ask, in their steps, what workers have in hand."""

from collections import defaultdict

from taskrouter.engine.records import OldConfiguration, Workflow

Asked = Workflow | OldConfiguration


class Asking:
    def __init__(self) -> None:
        self._sids: dict[str, set[str]] = defaultdict(set)

    def changed(self, old: Asked | None, new: Asked | None) -> None:
        if old is not None:
            self._sids[old.workspace_sid].discard(old.sid)
        if new is not None and "channel" in new.configuration:
            self._sids[new.workspace_sid].add(new.sid)

    def in_workspace(self, workspace_sid: str) -> bool:
        """Whether `worker.channel.…` may stand in a step there."""
        return bool(self._sids.get(workspace_sid))
