"""Tells the world: event and assignment callbacks, signed, through the guard.

`office.py` takes letters from the outbox and sees that each is delivered or given up,
`post.py` makes one request, `overrides.py` reads how an address wants to be called,
`instructions.py` reads what an assignment callback was answered.
"""

from taskrouter.callbacks.office import Callbacks, Identity

__all__ = ["Callbacks", "Identity"]
