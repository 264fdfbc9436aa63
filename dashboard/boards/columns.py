"""The columns of every live table."""

from dataclasses import dataclass

from dashboard.boards.bits import Bit


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: num (right-aligned), text, name (the row's head), mark, act (a link or
    button at the right end)."""

    key: str
    head: str
    bit: Bit
    kind: str = "num"
    formula: str = ""
    phone: bool = False
    "Stays on a narrow screen."
    link: str = ""
    "Format that makes the cell's address."


def column(
    key: str,
    head: str,
    format: str,
    of: str,
    kind: str = "num",
    formula: str = "",
    phone: bool = False,
    link: str = "",
) -> Column:
    return Column(key, head, Bit(format, tuple(of.split())), kind, formula, phone, link)


SL_30 = "answered within T ÷ (answered + abandoned + late now), last 30 minutes"
SL_TODAY = "the same since the day began"
ABANDONED = "left after more than S ÷ (answered + abandoned), today"
MARK = column("mark", "", "queue_mark", "level free", "mark", phone=True)
QUEUE = column(
    "name", "Queue", "text", "name sid", "name", phone=True, link="history_link"
)
WAITING = column(
    "waiting",
    "Waiting",
    "count",
    "waiting",
    formula="in this queue, not accepted",
    phone=True,
)
LONGEST = column(
    "longest",
    "Longest",
    "age",
    "longest_since",
    formula="age of the one who waits longest here",
    phone=True,
)
LATE = column("late", "Late", "count", "late", formula="waiting longer than T")
FREE = column("free", "Free", "count", "free", formula="match, ready, nothing in hand")
LEVEL = column("sl", "SL 30 min", "percent", "sl_30", formula=SL_30, phone=True)
LOST = column("abandoned", "Abandoned", "share", "abandoned_today", formula=ABANDONED)

WORST_QUEUES = (
    MARK,
    column("name", "Queue", "text", "name sid", "name", phone=True, link="queue_link"),
    WAITING,
    LONGEST,
    LATE,
    FREE,
    LEVEL,
    LOST,
)
QUEUES = (
    MARK,
    QUEUE,
    WAITING,
    LONGEST,
    LATE,
    FREE,
    column("room", "Room", "count", "room", formula="something in hand, capacity left"),
    column(
        "ready",
        "Ready/In",
        "pair",
        "ready signed_in",
        formula="take tasks / signed in, of those who match",
    ),
    column(
        "handling", "Handling", "count", "handling", formula="accepted, not wrapping up"
    ),
    column("wrapping", "Wrap", "count", "wrapping", formula="wrapping up"),
    LEVEL,
    column("sl-n", "n", "whole", "sl_30", formula="stays behind SL 30 min"),
    column("sl-today", "SL today", "percent", "sl_today", formula=SL_TODAY),
    column("sl-today-n", "n", "whole", "sl_today", formula="stays behind SL today"),
    column(
        "t", "T", "limit", "t_seconds", formula="an answer within T counts as in time"
    ),
    LOST,
    column("entered", "Entered", "count", "entered_today", formula="stays begun today"),
)
NEEDS = (
    column("mark", "", "level", "level", "mark", phone=True),
    column("text", "What", "text", "text", "name", phone=True),
    column("since", "Since", "age", "since", phone=True),
    column(
        "action",
        "Action",
        "action",
        "action subject",
        "act",
        phone=True,
        link="action_link",
    ),
)
CHANGES = (
    column("at", "At", "clock", "at", "text", phone=True),
    column("text", "What", "change", "text by", "name", phone=True),
)
AGENTS = (
    column("state", "State", "state", "state activity", "text", phone=True),
    column(
        "since", "Since", "age", "since", formula="since this state began", phone=True
    ),
    column("name", "Agent", "text", "name", "name", phone=True),
    column("mark", "", "level", "level", "mark", phone=True),
    column("team", "Team", "text", "team", "text"),
    column(
        "slots",
        "In hand",
        "slots",
        "slots",
        "text",
        "one box per unit and channel: ■ in hand, ◔ offered, ◑ wrapping up, □ free, ▨ above capacity",
    ),
    column("on", "On", "on", "in_hand state by", "text"),
    column(
        "done",
        "Done today",
        "count",
        "done_today",
        formula="tasks completed since the day began",
    ),
    column(
        "missed", "Missed", "count", "missed_today", formula="offers let pass today"
    ),
    column(
        "activity",
        "Activity",
        "text",
        "activity sid",
        "act",
        phone=True,
        link="worker_link",
    ),
)
INTERVALS = (
    column("start", "From", "clock", "start", "name", phone=True),
    column("sl", "Service level", "percent", "sl", phone=True),
    column("of", "of", "of", "sl", formula="in time of all that count"),
    column("entered", "Entered", "count", "entered", phone=True),
    column("answered", "Answered", "count", "answered"),
    column("abandoned", "Abandoned", "count", "abandoned"),
    column("waiting", "Waiting at end", "count", "waiting_end", phone=True),
)
