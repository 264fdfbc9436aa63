"""Events to facts: a pure fold, the same for every order in which events arrived.

`tasks.py` makes stays, `offers.py` offers and their legs, `spells.py` a worker's time in
his activities, `memberships.py` his time in queues. `order.py` is the order all of them
fold in; `changes.py` tells from where to where a fold came out otherwise than before.
"""

from statsync.timelines.changes import Span
from statsync.timelines.definitions import Dated, Definitions, Rule, in_force
from statsync.timelines.memberships import Membership, QueueRule, fold_memberships
from statsync.timelines.offers import Offer
from statsync.timelines.spells import (
    FOLDED_FOR_WORKERS,
    WORKER_TYPES,
    Spell,
    fold_spells,
)
from statsync.timelines.tasks import Stay, TaskTimeline, fold_task

__all__ = [
    "FOLDED_FOR_WORKERS",
    "WORKER_TYPES",
    "Dated",
    "Definitions",
    "Membership",
    "Offer",
    "QueueRule",
    "Rule",
    "Span",
    "Spell",
    "Stay",
    "TaskTimeline",
    "fold_memberships",
    "fold_spells",
    "fold_task",
    "in_force",
]
