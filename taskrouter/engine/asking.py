"""Which workflows ask, in their steps, what workers have in hand."""

from collections import defaultdict

from taskrouter.engine.records import OldConfiguration, Workflow
from taskrouter.engine.workflow import parse

Asked = Workflow | OldConfiguration


class Asking:
    def __init__(self) -> None:
        self._sids: dict[str, set[str]] = defaultdict(set)

    def changed(self, old: Asked | None, new: Asked | None) -> None:
        if old is not None:
            self._sids[old.workspace_sid].discard(old.sid)
        if new is not None and asks(new.configuration):
            self._sids[new.workspace_sid].add(new.sid)

    def in_workspace(self, workspace_sid: str) -> bool:
        """Whether `worker.channel.…` may stand in a step there."""
        return bool(self._sids.get(workspace_sid))


def asks(text: str) -> bool:
    """Filters may speak of a channel too, which is then the task's."""
    configuration = parse(text)
    targets = [one for at in configuration.filters for one in at.targets]
    if configuration.default is not None:
        targets.append(configuration.default)
    expressions = (one.expression for one in targets)
    return any(one is not None and "channel" in one.text for one in expressions)
