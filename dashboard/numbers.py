"""How values read on a board: counts, ratios, ages, states. Twin of static/js/format.js.

Both are held to tests/format_cases.json, so that the first paint, made here, and what
the browser makes of the next frame are the same text. Missing is a dash, never 0.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from statsync.metrics import FEW

NONE = "\u2013"
SPACE = "\u00a0"
NOBODY = "○"
MINUTE, HOUR, DAY = 60, 3_600, 86_400

LEVEL_MARKS = {"act": "■", "watch": "▲", "": ""}
STATE_MARKS = {
    "free": "●",
    "offered": "◔",
    "task": "◐",
    "wrapping": "◑",
    "away": "○",
    "offline": "·",
}
STATE_WORDS = {
    "free": "free",
    "offered": "offered",
    "task": "on a task",
    "wrapping": "wrapping up",
    "away": "away",
    "offline": "offline",
}
ACTION_WORDS = {
    "": "",
    "back_to_ready": "back to ready",
    "open_queue": "open queue",
    "open_worker": "open agent",
    "open_trust": "open Trust",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a board is read: ms by the server's clock, the reporting zone."""

    now: int
    zone: str = "UTC"


Values = Sequence[Any]
Format = Callable[[Values, Moment], str]


def count(values: Values, _: Moment) -> str:
    """Groups of three from 10,000 on; four digits are read at a glance."""
    value = values[0]
    if value is None:
        return NONE
    return f"{value:,}".replace(",", "\u202f") if value >= 10_000 else str(value)


def duration(ms: int) -> str:
    """m:ss; from an hour on 'h h mm', from a day on 'd d h h'."""
    seconds = max(0, ms) // 1000
    if seconds < HOUR:
        return f"{seconds // MINUTE}:{seconds % MINUTE:02}"
    if seconds < DAY:
        return f"{seconds // HOUR}{SPACE}h{SPACE}{seconds % HOUR // MINUTE:02}"
    return f"{seconds // DAY}{SPACE}d{SPACE}{seconds % DAY // HOUR}{SPACE}h"


def length(values: Values, _: Moment) -> str:
    return NONE if values[0] is None else duration(values[0])


def age(values: Values, moment: Moment) -> str:
    """Time since; the browser counts it up."""
    return NONE if not values[0] else duration(moment.now - values[0])


def limit(values: Values, _: Moment) -> str:
    """A T in seconds: '0:30', '4 h'."""
    seconds = values[0]
    if seconds is not None and seconds >= HOUR and seconds % HOUR == 0:
        return f"{seconds // HOUR}{SPACE}h"
    return NONE if seconds is None else duration(seconds * 1000)


def rounded(part: int, whole: int, steps: int) -> int:
    """part ÷ whole in steps, halves up, in whole numbers so that no float decides."""
    return (2 * steps * part + whole) // (2 * whole)


def percent(values: Values, _: Moment) -> str:
    """[part, whole]: '72 %'; of too few 'a of b'; of none a dash."""
    part, whole = values[0] or (0, 0)
    if not whole:
        return NONE
    if whole < FEW:
        return f"{part} of {whole}"
    return f"{rounded(part, whole, 100)}{SPACE}%"


def share(values: Values, _: Moment) -> str:
    """As `percent`, with one decimal: for what is small and matters."""
    part, whole = values[0] or (0, 0)
    if whole < FEW:
        return percent(values, _)
    tenths = rounded(part, whole, 1000)
    return f"{tenths // 10}.{tenths % 10}{SPACE}%"


def of(values: Values, _: Moment) -> str:
    part, whole = values[0] or (0, 0)
    return f"{part} of {whole}" if whole else NONE


def whole(values: Values, _: Moment) -> str:
    """The n beside a percentage; nothing where the ratio itself says it."""
    _part, n = values[0] or (0, 0)
    return str(n) if n >= FEW else ""


def pair(values: Values, _: Moment) -> str:
    return f"{values[0]}/{values[1]}"


def text(values: Values, _: Moment) -> str:
    return str(values[0] or NONE)


def plain(values: Values, _: Moment) -> str:
    return str(values[0] or "")


def level(values: Values, _: Moment) -> str:
    return LEVEL_MARKS[values[0]]


def queue_mark(values: Values, _: Moment) -> str:
    """[level, free]: the level's mark; without one ○ where nobody is free."""
    mark, free = LEVEL_MARKS[values[0]], values[1]
    return mark or ("" if free else NOBODY)


def state(values: Values, _: Moment) -> str:
    """[state, activity]: shape and word; who is away is named by the activity."""
    key, activity = str(values[0]), str(values[1])
    word = activity if key == "away" and activity else STATE_WORDS[key]
    return f"{STATE_MARKS[key]} {word}"


def slots(values: Values, _: Moment) -> str:
    """One box per unit and channel: 'voice ■ chat □□'."""
    shown = [
        f"{one['channel']}{SPACE}{boxes(one)}" for one in values[0] if any_unit(one)
    ]
    return "  ".join(shown) or NONE


def any_unit(slot: Mapping[str, Any]) -> bool:
    """Something in hand or room for it. TaskRouter gives everybody a unit of the
    channel "default", which says nothing until it is used."""
    used = slot["offered"] or slot["assigned"] or slot["wrapping"]
    return bool(used or (slot["capacity"] and slot["channel"] != "default"))


def boxes(slot: Mapping[str, Any]) -> str:
    """Wrapping, in hand, offered, free; beyond the capacity ▨."""
    used = "◑" * slot["wrapping"] + "■" * slot["assigned"] + "◔" * slot["offered"]
    capacity = slot["capacity"]
    over = max(0, len(used) - capacity)
    return str(used[:capacity] + "▨" * over + "□" * (capacity - len(used)))


def on(values: Values, _: Moment) -> str:
    """[in hand, state, by]: what a worker is on, or why he is out."""
    held, key, by = values
    if held:
        return "; ".join(handled(one) for one in held)
    return "by missed offer" if key == "away" and by == "missed offer" else NONE


def handled(one: Mapping[str, Any]) -> str:
    waited = one["waited_ms"]
    words = f"{one['channel']} {one['queue']}".strip()
    return f"{words}, waited {duration(waited)}" if waited is not None else words


def clock(values: Values, moment: Moment) -> str:
    """Time of day in the reporting zone."""
    if not values[0]:
        return NONE
    at = datetime.fromtimestamp(values[0] / 1000, UTC)
    return f"{at.astimezone(ZoneInfo(moment.zone)):%H:%M}"


def change(values: Values, _: Moment) -> str:
    """[text, by]"""
    return f"{values[0]}, {values[1]}" if values[1] else str(values[0])


def action(values: Values, _: Moment) -> str:
    return ACTION_WORDS[str(values[0])]


def action_link(values: Values, _: Moment) -> str:
    """[action, subject]: where a press leads; without JavaScript too."""
    key, subject = values
    if key == "open_trust":
        return "/trust/"
    page = "queues" if key == "open_queue" else "agents"
    return f"/{page}/#{subject}" if key else ""


def queue_link(values: Values, _: Moment) -> str:
    """[name, sid]"""
    return f"/queues/#{values[1]}"


def history_link(values: Values, _: Moment) -> str:
    """[name, sid]"""
    return f"/history/?queue={values[1]}"


def worker_link(values: Values, _: Moment) -> str:
    """[activity, sid]"""
    return f"/manage/workers/{values[1]}/"


FORMATS: dict[str, Format] = {
    "count": count,
    "duration": length,
    "age": age,
    "limit": limit,
    "percent": percent,
    "share": share,
    "of": of,
    "whole": whole,
    "pair": pair,
    "text": text,
    "plain": plain,
    "level": level,
    "queue_mark": queue_mark,
    "state": state,
    "slots": slots,
    "on": on,
    "clock": clock,
    "change": change,
    "action": action,
    "action_link": action_link,
    "queue_link": queue_link,
    "history_link": history_link,
    "worker_link": worker_link,
}
"The one table of formats: name -> text of the named fields of a row."


def value(row: Mapping[str, Any], path: str) -> Any:
    """A field, or a field of a field: 'states.free'."""
    for step in path.split("."):
        row = row[step]
    return row


def spark(values: Sequence[float | None], width: int, height: int) -> str:
    """Points of a sparkline from 0 up; a missing value is left out, its place kept."""
    top = max([one for one in values if one is not None], default=0) or 1
    step = width / max(1, len(values) - 1)
    return " ".join(
        f"{tidy(n * step)},{tidy(height - height * one / top)}"
        for n, one in enumerate(values)
        if one is not None
    )


def tidy(number: float) -> str:
    """One decimal, halves up, as short as it can be."""
    tenths = int(number * 10 + 0.5)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
