"""Which names an expression sees, and the `order_by` of a workflow target."""

from collections.abc import Mapping
from typing import Any

from expressions.clauses import Value
from expressions.compiler import read_value
from expressions.lexer import ExpressionError

MOST_ORDERS = 100
NOBODY = "1==2"
ORDERS: list[list[str]] = [[], ["ASC"], ["DESC"]]


def worker_values(
    attributes: Mapping[str, Any],
    sid: str,
    friendly_name: str,
    activity_sid: str,
    activity_name: str,
) -> dict[str, Any]:
    """What an expression over workers sees: the attributes, and four names of ours."""
    return {
        **attributes,
        "sid": sid,
        "friendly_name": friendly_name,
        "activity_sid": activity_sid,
        "activity_name": activity_name,
    }


def addressing(target_workers: str) -> str:
    """The expression of a queue. Where it is empty, tasks wait there for nobody."""
    return target_workers or NOBODY


def order_clauses(text: str) -> list[tuple[Value, bool]]:
    """`worker.level DESC, worker.age` as [(value, descending)]. Raises ExpressionError."""
    clauses, at = [], 0
    parts = text.split(",")
    if len(parts) > MOST_ORDERS:
        raise ExpressionError(text, 0, f"at most {MOST_ORDERS} clauses are allowed")
    for clause in parts:
        clauses.append(order_clause(text, clause, at))
        at += len(clause) + 1
    return clauses


def order_clause(text: str, clause: str, at: int) -> tuple[Value, bool]:
    """One of them, which begins at that position of the text."""
    words = clause.split()
    begin = at + len(clause) - len(clause.lstrip())
    order = [word.upper() for word in words[1:]]
    if not words or order not in ORDERS:
        raise ExpressionError(text, begin, "expected worker.name ASC or DESC")
    try:
        value = read_value(words[0]).value
    except ExpressionError as error:
        raise ExpressionError(text, begin + error.at, error.expected) from None
    return value, order == ["DESC"]
