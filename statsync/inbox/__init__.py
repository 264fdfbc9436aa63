"""Receives TaskRouter's event callbacks: checked, kept and folded before the answer.

`asgi.py` reads the form, `checks.py` says whether it is believed, `folder.py`
folds it. What is told stays provisional until a poll confirms it.
"""

from statsync.inbox.asgi import application

__all__ = ["application"]
