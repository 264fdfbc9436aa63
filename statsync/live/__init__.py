"""Live rows: a versioned table that boards follow (design.md, section 5).

`publish` turns what a transaction touched into rows; `workers`, `queues`, `feeds`,
`happenings` and `intervals` each know one kind of row; `table` writes and reads them;
`doorbell` tells the web processes. `shapes` and `frames` are what crosses the border.
"""

from statsync.live.publish import (
    fold_due,
    publish,
    publish_command,
    publish_intervals,
    refresh_feeds,
)
from statsync.live.table import begin, changes, snapshot

__all__ = [
    "begin",
    "changes",
    "fold_due",
    "publish",
    "publish_command",
    "publish_intervals",
    "refresh_feeds",
    "snapshot",
]
