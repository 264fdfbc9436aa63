"""Who may see and who may change: one decorator per answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from statsync.queries import boards

View = Callable[..., HttpResponse]


def admin(view: View) -> View:
    """Signed in, an admin, and a workspace is connected; the view gets it."""

    @login_required
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **path: Any) -> HttpResponse:
        if not request.user.is_staff:
            raise PermissionDenied("Only an admin may change this; ask the owner.")
        workspace = boards.current_workspace()
        if workspace is None:
            return redirect("connect")
        return view(request, workspace, *args, **path)

    return checked
