"""Needs a hand: what somebody should act on now, judged once for everybody.

Rules look at live rows, in the order of boards.md 2. A need is keyed by rule, subject and
since, so that many processes that judge the same moment say the same thing once.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from statsync.live.shapes import LATE_INTERVALS, Level, NeedRow

Rows = Mapping[str, Mapping[str, Any]]
IDLE_TOGETHER_MS = 30_000
EXPIRED_MS = 15 * 60_000
"How long a customer whose task has expired may be thought to be still on the line."
Need = tuple[str, NeedRow]


def needs(queues: Rows, workers: Rows, feeds: Rows, now: int) -> dict[str, NeedRow]:
    """Every need by its key, most pressing first by `order`."""
    found: dict[str, NeedRow] = {}
    for rank, rule in enumerate(RULES):
        for key, need in rule(queues, workers, feeds, now):
            need["order"] = rank * 1000 + len(found)
            found[key] = need
    return found


def need(
    rule: str,
    subject: str,
    since: int,
    level: Level,
    text: str,
    action: Any = "",
) -> Need:
    row: NeedRow = {
        "order": 0,
        "level": level,
        "text": text,
        "since": since,
        "action": action,
        "subject": subject,
    }
    return f"{rule}:{subject}:{since}", row


def nobody_matches(
    queues: Rows, workers: Rows, feeds: Rows, now: int
) -> Iterator[Need]:
    for sid, one in queues.items():
        if one["waiting"] and not one["matching"]:
            text = f"{one['name']}: {one['waiting']} waiting, no worker matches at all"
            yield need(
                "unmatched", sid, one["longest_since"], "act", text, "open_queue"
            )


def late_and_nobody_free(
    queues: Rows, workers: Rows, feeds: Rows, now: int
) -> Iterator[Need]:
    for sid, one in queues.items():
        if one["late"] and one["matching"] and not one["free"]:
            text = f"{one['name']}: {one['waiting']} waiting, {one['late']} late, nobody free"
            since = one["late_since"] or now
            yield need("late", sid, since, "act", text, "open_queue")


def still_on_the_line(
    queues: Rows, workers: Rows, feeds: Rows, now: int
) -> Iterator[Need]:
    """TaskRouter gives a task up, and nobody tells the customer: no event ends his call."""
    for sid, one in queues.items():
        if one["expired"]:
            who = "the customer" if one["expired"] == 1 else "the customers"
            text = (
                f"{one['name']}: {one['expired']} expired while waiting,"
                f" {who} may still be on the line"
            )
            yield need("expired", sid, one["expired_since"], "act", text, "open_queue")


def out_by_missed_offer(
    queues: Rows, workers: Rows, feeds: Rows, now: int
) -> Iterator[Need]:
    for sid, one in workers.items():
        waiting = any(queues[q]["waiting"] for q in one["queues"] if q in queues)
        if one["state"] == "away" and one["by"] == "missed offer" and waiting:
            text = f"{one['name']}: missed an offer, is out while tasks wait"
            yield need("missed", sid, one["since"], "watch", text, "back_to_ready")


def stuck(queues: Rows, workers: Rows, feeds: Rows, now: int) -> Iterator[Need]:
    for sid, one in workers.items():
        if one["state"] == "wrapping" and one["level"]:
            text = f"{one['name']}: {one['level_text']}"
            yield need("wrap", sid, one["since"], "watch", text, "open_worker")
        elif one["state"] == "offline" and one["in_hand"]:
            since = one["in_hand"][0]["since"]
            text = f"{one['name']}: offline with a task in hand"
            yield need("offline", sid, since, "act", text, "open_worker")


def past_limit(queues: Rows, workers: Rows, feeds: Rows, now: int) -> Iterator[Need]:
    for sid, one in workers.items():
        if one["state"] == "away" and one["level"] and one["by"] != "missed offer":
            text = f"{one['name']}: {one['level_text']}"
            yield need("limit", sid, one["since"], "watch", text, "back_to_ready")


def free_beside_waiting(
    queues: Rows, workers: Rows, feeds: Rows, now: int
) -> Iterator[Need]:
    """A worker free and a task waiting in his queue, both for a while: routing is off."""
    for sid, one in queues.items():
        long = one["longest_since"]
        if long is None or now - long <= IDLE_TOGETHER_MS or one["ringing"]:
            continue
        free = [
            other
            for other in workers.values()
            if other["state"] == "free"
            and sid in other["queues"]
            and now - other["since"] > IDLE_TOGETHER_MS
            and can_take(other, one["channels"])
        ]
        if free:
            text = f"{one['name']}: {free[0]['name']} is free and tasks wait"
            yield need("idle", sid, long, "watch", text, "open_queue")


def can_take(worker: Mapping[str, Any], channels: list[str]) -> bool:
    return any(s["capacity"] and s["channel"] in channels for s in worker["slots"])


def feed_stale(queues: Rows, workers: Rows, feeds: Rows, now: int) -> Iterator[Need]:
    for feed, one in feeds.items():
        expected = one["expected_s"] * 1000 * LATE_INTERVALS
        never = not one["ok"] and not one["error"]  # not due for the first time yet
        if expected and not never and now - one["ok"] > expected:
            why = f": {one['error']}" if one["error"] else ""
            text = f"No {feed} from TaskRouter{why}"
            yield need("feed", feed, one["ok"], "act", text, "open_trust")


Rule = Callable[[Rows, Rows, Rows, int], Iterator[Need]]
RULES: tuple[Rule, ...] = (
    nobody_matches,
    late_and_nobody_free,
    still_on_the_line,
    out_by_missed_offer,
    stuck,
    past_limit,
    free_beside_waiting,
    feed_stale,
)
