"""Which names an expression sees, and the `order_by` of a workflow target."""

from collections.abc import Mapping
from typing import Any

from expressions.compiler import Value, compile_value
from expressions.lexer import ExpressionError


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


def order_clauses(text: str) -> list[tuple[Value, bool]]:
    """`worker.level DESC, worker.age` as [(value, descending)]. Raises ExpressionError."""
    clauses = []
    for clause in text.split(","):
        words = clause.split()
        if not 1 <= len(words) <= 2 or words[1:] not in ([], *ORDERS):
            raise ExpressionError(
                text, text.find(clause), "expected worker.name ASC or DESC"
            )
        descending = [word.upper() for word in words[1:]] == ["DESC"]
        clauses.append((compile_value(words[0]), descending))
    return clauses


ORDERS = [[word] for word in ("ASC", "DESC", "asc", "desc")]
