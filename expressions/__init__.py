"""TaskRouter's expression language: pure, bounded, and knowing neither side of the line.

`matches("languages HAS 'en'", {"languages": ["en"]})` is True. An expression is read
once and kept as a closure. Names that are missing are null; a mismatch of types is
never an error, it is false.
"""

from expressions.compiler import Expression, compile_expression, compile_value
from expressions.lexer import ExpressionError
from expressions.names import order_clauses, worker_values

__all__ = [
    "Expression",
    "ExpressionError",
    "compile_expression",
    "compile_value",
    "order_clauses",
    "worker_values",
]
