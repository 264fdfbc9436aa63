"""Connecting a TaskRouter account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clock import now_ms
from dashboard.forms.connect import ConnectForm
from statsync import commands


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def connect(request: HttpRequest) -> HttpResponse:
    if not request.user.is_staff:
        raise PermissionDenied("Only an admin may connect an account; ask the owner.")
    form = ConnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            connected = commands.connect(**form.cleaned_data, now_ms=now_ms())
        except commands.NotAuthorised as error:
            form.add_error("auth_token", f"TaskRouter: {error}")
        except commands.Refused as error:
            form.add_error("workspace_sid", f"TaskRouter: {error}")
        except commands.TaskRouterError as error:
            form.add_error("base_url", str(error))
        else:
            messages.success(request, f"{connected.workspace.name} connected.")
            if connected.warning:
                messages.warning(request, connected.warning)
            return redirect("overview")
    status = 400 if form.errors else 200
    return render(request, "forms/connect.html", {"form": form}, status=status)
