"""What statsync keeps (design.md, section 4), one file per store.

Every `*_ms` is milliseconds since 1970-01-01 UTC. Rows belong to a Workspace of ours,
whose integer key keeps them narrow; TaskRouter's own sids stay readable beside it.
"""

from statsync.models.accounts import Account, Workspace
from statsync.models.commands import Command
from statsync.models.definitions import (
    ActivityKind,
    FieldMap,
    ReasonCause,
    ServiceRule,
    WorkspaceRule,
)
from statsync.models.facts import Membership, Offer, Spell, Stay
from statsync.models.ledger import (
    Conflict,
    Event,
    InboxEntry,
    SetAside,
    Watermark,
    Window,
)
from statsync.models.live import LiveCounter, LiveRow
from statsync.models.mirror import Resource
from statsync.models.rollups import (
    DirtyBucket,
    QueueInterval,
    WorkerInterval,
    WorkflowInterval,
)
from statsync.models.samples import FeedHealth, Sample

__all__ = [
    "Account",
    "ActivityKind",
    "Command",
    "Conflict",
    "DirtyBucket",
    "Event",
    "FeedHealth",
    "FieldMap",
    "InboxEntry",
    "LiveCounter",
    "LiveRow",
    "Membership",
    "Offer",
    "QueueInterval",
    "ReasonCause",
    "Resource",
    "Sample",
    "ServiceRule",
    "SetAside",
    "Spell",
    "Stay",
    "Watermark",
    "Window",
    "WorkerInterval",
    "WorkflowInterval",
    "Workspace",
    "WorkspaceRule",
]
