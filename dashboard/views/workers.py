"""Manage: Workers: list, create, change, delete; and the quick change from a board."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboard.forms import refusals
from dashboard.forms.worker import (
    PARAMETERS,
    Clash,
    WorkerForm,
    initial_of,
    merged,
)
from dashboard.views.rights import admin
from statsync import commands
from statsync.queries import boards, history, resources


@admin
def workers(request: HttpRequest, workspace: Any) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    everybody = resources.workers(workspace)
    shown = [one for one in everybody if wanted.lower() in one.name.lower()]
    context = {"workers": shown, "of": len(everybody), "q": wanted}
    return render(request, "forms/workers.html", context)


@admin
def new_worker(request: HttpRequest, workspace: Any) -> HttpResponse:
    activities = resources.activities(workspace)
    form = WorkerForm(request.POST or None, activities=activities, channels=[])
    if request.method == "POST" and form.is_valid():
        command = commands.ask(
            workspace,
            request.user,
            "worker.create",
            "",
            {
                "FriendlyName": form.cleaned_data["name"],
                "ActivitySid": form.cleaned_data["activity_sid"],
                "Attributes": form.cleaned_data["attributes"],
            },
            form.cleaned_data["name"],
        )
        if command.state == "done":
            messages.success(request, f"{form.cleaned_data['name']} created.")
            return redirect("manage_worker", sid=command.subject_sid)
        refusals.place(form, command, PARAMETERS)
    return page(request, workspace, form, None)


@admin
def worker(request: HttpRequest, workspace: Any, sid: str) -> HttpResponse:
    known = resources.worker(workspace, sid)
    if known is None:
        raise Http404(f"There is no worker {sid}; it may have been deleted.")
    form = WorkerForm(
        request.POST or None,
        initial=initial_of(known),
        activities=resources.activities(workspace),
        channels=known.channels,
    )
    if request.method == "POST" and form.is_valid():
        done = save(request, workspace, known, form)
        if not form.errors:
            messages.success(
                request,
                f"{known.name}: {done} changes done." if done else "Nothing changed.",
            )
            return redirect("manage_worker", sid=sid)
    return page(request, workspace, form, known)


def page(
    request: HttpRequest, workspace: Any, form: WorkerForm, known: Any
) -> HttpResponse:
    context = {
        "form": form,
        "worker": known,
        "queues": resources.expressions(workspace),
        "log": log_of(workspace, known.sid) if known else [],
    }
    status = 400 if form.errors else 200
    return render(request, "forms/worker.html", context, status=status)


def log_of(workspace: Any, sid: str) -> list[dict[str, Any]]:
    """What was asked for, newest first, in words."""
    zone = boards.rule(workspace)[0]
    return [
        {
            "command": one,
            "when": f"{history.local(one.asked_ms, zone):%d %b %H:%M:%S %Z}",
        }
        for one in resources.commands_about(workspace, sid)
    ]


def save(
    request: HttpRequest, workspace: Any, known: resources.Worker, form: WorkerForm
) -> int:
    """Asks for what differs; refusals go beside their field. How much was done."""
    asked = []
    try:
        changes = changes_of(workspace, known, form)
    except Clash as clash:
        form.add_error("attributes", str(clash))
        return 0
    except commands.TaskRouterError as error:
        form.add_error(None, f"TaskRouter could not be asked: {error}")
        return 0
    if changes:
        asked.append(
            commands.ask(workspace, request.user, "worker.update", known.sid, changes)
        )
    for channel, own in form.changed_channels().items():
        subject = f"{known.sid}/Channels/{channel}"
        asked.append(
            commands.ask(workspace, request.user, "worker_channel.update", subject, own)
        )
    for command in asked:
        if command.state != "done":
            refusals.place(form, command, PARAMETERS)
    return sum(command.state == "done" for command in asked)


def changes_of(
    workspace: Any, known: resources.Worker, form: WorkerForm
) -> dict[str, str]:
    """TaskRouter's parameters for what the person changed."""
    data, changes = form.cleaned_data, {}
    if data["name"] != known.name:
        changes["FriendlyName"] = data["name"]
    if data["activity_sid"] != known.activity_sid:
        changes["ActivitySid"] = data["activity_sid"]
    before = data["attributes_before"] or known.attributes
    if merged(before, data["attributes"], before) != merged(before, before, before):
        present = commands.present(workspace, "worker", known.sid)
        changes["Attributes"] = merged(
            before, data["attributes"], present["attributes"]
        )
    return changes


@require_POST
@admin
def delete_worker(request: HttpRequest, workspace: Any, sid: str) -> HttpResponse:
    command = commands.ask(workspace, request.user, "worker.delete", sid, {})
    if command.state == "done":
        messages.success(
            request, f"{command.subject_name} deleted. History keeps the name."
        )
        return redirect("manage_workers")
    messages.error(request, f"Not deleted. TaskRouter: {command.answer}")
    return redirect("manage_worker", sid=sid)


@require_POST
@admin
def set_activity(request: HttpRequest, workspace: Any, sid: str) -> HttpResponse:
    """From a board: {"state", "text"}; 200 done, 409 refused, 502 in doubt."""
    wanted = request.POST.get("activity_sid", "")
    if not wanted:
        text = "activity_sid: choose an activity."
        return JsonResponse({"state": "refused", "text": text}, status=400)
    command = commands.ask(
        workspace, request.user, "worker.update", sid, {"ActivitySid": wanted}
    )
    status = {"done": 200, "refused": 409}.get(command.state, 502)
    answer = {"state": command.state, "text": command.answer or "done"}
    return JsonResponse(answer, status=status)
