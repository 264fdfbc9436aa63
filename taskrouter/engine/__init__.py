"""The routing engine: pure and deterministic.

`lifecycle.decide(state, command, now, sids)` takes a command, changes the state and tells
what changed and which events that caused. Clock, sids and chance are arguments, so the
same seed gives the same bytes. Times are milliseconds since 1970-01-01 UTC.
"""
