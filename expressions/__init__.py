"""TaskRouter's expression language: pure, bounded, and knowing neither side of the line.

`matches("languages HAS 'en'", {"languages": ["en"]})` is True. An expression is read
once and kept as a closure. Names that are missing are null; a mismatch of types is
never an error, it is false. `trace` tells which part of an expression decides.
"""

from expressions.compiler import (
    Expression,
    compile_expression,
    read_clauses,
    read_value,
)
from expressions.items import attribute_values, with_items
from expressions.lexer import ExpressionError, place_in
from expressions.names import addressing, order_clauses, worker_values
from expressions.trace import Read, Trace, there, trace

__all__ = [
    "Expression",
    "ExpressionError",
    "Read",
    "Trace",
    "addressing",
    "attribute_values",
    "compile_expression",
    "order_clauses",
    "place_in",
    "read_clauses",
    "read_value",
    "there",
    "trace",
    "with_items",
    "worker_values",
]
