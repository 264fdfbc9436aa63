"""Manage: Activities: list, create, rename, delete."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.forms import refusals
from dashboard.forms.activity import PARAMETERS, ActivityForm, RenameForm
from dashboard.views.asking import ask
from dashboard.views.rights import admin
from statsync.queries import resources


@require_http_methods(["GET", "HEAD", "POST"])
@admin
def activities(request: HttpRequest, workspace: Any) -> HttpResponse:
    form = ActivityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        command = ask(
            request,
            workspace,
            "activity.create",
            "",
            {
                "FriendlyName": form.cleaned_data["name"],
                "Available": "true" if form.cleaned_data["available"] else "false",
            },
            form.cleaned_data["name"],
        )
        if command.state == "done":
            messages.success(request, f"{form.cleaned_data['name']} created.")
            return redirect("manage_activities")
        refusals.place(form, command, PARAMETERS)
    return page(request, workspace, form)


def page(
    request: HttpRequest, workspace: Any, form: ActivityForm, renaming: Any = None
) -> HttpResponse:
    context = {
        "form": form,
        "activities": resources.activities(workspace),
        "renaming": renaming,
    }
    wrong = form.errors or (renaming and renaming["form"].errors)
    return render(
        request, "forms/activities.html", context, status=400 if wrong else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admin
def rename_activity(request: HttpRequest, workspace: Any, sid: str) -> HttpResponse:
    known = any(one.sid == sid for one in resources.activities(workspace))
    if request.method != "POST" and not known:
        raise Http404(f"There is no activity {sid}; it may have been deleted.")
    form = RenameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        command = ask(
            request,
            workspace,
            "activity.update",
            sid,
            {"FriendlyName": form.cleaned_data["name"]},
        )
        if command.state == "done":
            messages.success(request, f"Renamed to {form.cleaned_data['name']}.")
            return redirect("manage_activities")
        refusals.place(form, command, PARAMETERS)
        if not known:  # it has no row beside which the refusal could stand
            messages.error(request, refusals.in_words(command, "Not renamed. "))
    renaming = {"sid": sid, "form": form}
    return page(request, workspace, ActivityForm(), renaming)


@require_POST
@admin
def delete_activity(request: HttpRequest, workspace: Any, sid: str) -> HttpResponse:
    command = ask(request, workspace, "activity.delete", sid, {})
    if command.state == "done":
        messages.success(request, f"{command.subject_name} deleted.")
    else:
        messages.error(request, refusals.in_words(command, "Not deleted. "))
    return redirect("manage_activities")
