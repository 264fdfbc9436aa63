"""The only writer. Jobs, the inbox and commands parse, call one action, and answer.

One file per noun. `ingest.py` is the road of events: ledger, facts, mirror and live rows
in one transaction.
"""
