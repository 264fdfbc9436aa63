"""Writes down what an engine is asked, and what it changes, tells and refuses.

Sids are numbered in the order they came; times count from the start.
"""

import re
from collections import defaultdict
from typing import Any

import msgspec

from taskrouter.engine import commands
from taskrouter.engine.events import NOTHING, Event
from taskrouter.engine.refusal import Refused
from tests.builders import START, Centre

SID = re.compile(r"\b(W[SAKQWTRC]|T[CT]|EV)[0-9a-f]{32}\b")
TIME = re.compile(r"\b1[67]\d{11}\b")
SECOND = re.compile(r"\b17000\d{5}\b")


class Story(Centre):
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.told: dict[str, dict[str, str]] = {}
        self.known: dict[str, dict[str, Any]] = {}
        super().__init__()

    def do(self, command: commands.Command) -> Any:
        self.lines += ["", f"> {type(command).__name__} {asked(command)}"]
        told = len(getattr(self, "events", []))
        try:
            result = super().do(command)
        except Refused as no:
            self.lines.append(f"  refused {no.status} {no.code}: {no.message}")
            return None
        for event in self.events[told:]:
            self.lines += [headline(event), *self.details(event)]
        for change in self.decisions[-1].changes:
            self.lines.append(f"  {change.kind} {change.sid} {self.news(change)}")
        return result

    def details(self, event: Event) -> list[str]:
        """event_data, where it says anything that the type's last event did not."""
        before, self.told[event.type] = self.told.get(event.type, {}), event.data
        new = {n: v for n, v in event.data.items() if before.get(n) != v}
        gone = [f"no {name}" for name in before if name not in event.data]
        return [f"    {' '.join([listed(new), *gone])}"]

    def news(self, change: Any) -> str:
        """What is new about a record since it was last told of."""
        before = self.known.pop(change.sid, {})
        if change.record is None:
            return "is gone"
        now = msgspec.structs.asdict(change.record)
        del now["sid"]
        self.known[change.sid] = now
        return listed(
            {name: v for name, v in now.items() if before.get(name, ...) != v}
        )

    def ask(self, command: type[commands.Command], **fields: Any) -> Any:
        return self.do(command(workspace_sid=self.ws, **fields))  # type: ignore[call-arg]

    def text(self) -> str:
        numbers: dict[str, dict[str, int]] = defaultdict(dict)

        def number(found: re.Match[str]) -> str:
            of_kind = numbers[found[1]]
            return f"{found[1]}{of_kind.setdefault(found[0], len(of_kind) + 1)}"

        text = SID.sub(number, "\n".join(self.lines).strip() + "\n")
        text = TIME.sub(lambda found: f"+{int(found[0]) - START}", text)
        return SECOND.sub(lambda found: f"+{int(found[0]) - START // 1000}s", text)


def asked(command: commands.Command) -> str:
    fields = msgspec.structs.asdict(command)
    del fields["source"]
    nothing = (commands.UNSET, None)
    return listed({name: v for name, v in fields.items() if v not in nothing})


def headline(event: Event) -> str:
    measured = f" {event.measured}" if event.measured != NOTHING else ""
    return (
        f"  {event.type} ({event.resource_type} {event.resource_sid},"
        f" by {event.source.actor_type} {event.actor_sid})"
        f" {event.description!r}{measured}"
    )


def listed(fields: dict[str, Any]) -> str:
    return " ".join(f"{name}={short(value)}" for name, value in fields.items())


def short(value: Any) -> str:
    text = f"{value}" if isinstance(value, str) else repr(value)
    return text if len(text) < 90 else f"{text[:90]}…"
