"""The only way to ask TaskRouter for a change; keeps who asked, what, and the answer.

`ask.py` sends one change, `connect.py` begins with an account and its workspace.
"""

from statsync.client import NotAuthorised, Refused, TaskRouterError
from statsync.commands.ask import ask, present_worker
from statsync.commands.connect import connect
from statsync.models import Command

__all__ = [
    "Command",
    "NotAuthorised",
    "Refused",
    "TaskRouterError",
    "ask",
    "connect",
    "present_worker",
]
