"""What a transaction has changed, as those who publish need to know it."""

from dataclasses import dataclass, field

from statsync.records import EventRecord


@dataclass
class Touched:
    tasks: set[str] = field(default_factory=set)
    workers: set[str] = field(default_factory=set)
    queues: set[str] = field(default_factory=set)
    config: bool = False
    "Queues, activities, channels or definitions changed: every row may."
    events: list[EventRecord] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    "Events that never happened, as it turned out."
