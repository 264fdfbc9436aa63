"""Asking TaskRouter on behalf of the person before the page."""

from typing import Any

from django.http import HttpRequest

from statsync import commands


def ask(
    request: HttpRequest,
    workspace: Any,
    kind: str,
    subject: str,
    changes: dict[str, Any],
    name: str = "",
) -> commands.Command:
    """A form that is sent twice, by a double press or a reload, is asked once."""
    key = request.POST.get("form_key", "")
    return commands.ask(workspace, request.user, kind, subject, changes, name, key)
