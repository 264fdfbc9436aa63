"""Manage: Workers: list, create, change, delete; and the quick change from a board."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from dashboard.forms import refusals
from dashboard.forms.merging import Merge, attributes_of
from dashboard.forms.worker import PARAMETERS, WorkerChangeForm, WorkerForm
from dashboard.views.asking import ask
from dashboard.views.rights import admin
from statsync import commands
from statsync.queries import boards, history, resources


@require_safe
@admin
def workers(request: HttpRequest, workspace: Any) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    everybody = resources.workers(workspace)
    shown = [one for one in everybody if wanted.lower() in one.name.lower()]
    context = {"workers": shown, "of": len(everybody), "q": wanted}
    return render(request, "forms/workers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admin
def new_worker(request: HttpRequest, workspace: Any) -> HttpResponse:
    activities = resources.activities(workspace)
    form = WorkerForm(request.POST or None, activities=activities)
    if request.method == "POST" and form.is_valid():
        command = ask(
            request,
            workspace,
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


@require_http_methods(["GET", "HEAD", "POST"])
@admin
def worker(request: HttpRequest, workspace: Any, sid: str) -> HttpResponse:
    known = resources.worker(workspace, sid)
    if known is None:
        raise Http404(f"There is no worker {sid}; it may have been deleted.")
    form = WorkerChangeForm(
        request.POST or None,
        known=known,
        activities=resources.activities(workspace),
    )
    if request.method == "POST" and form.is_valid():
        done = save(request, workspace, known, form)
        if not form.errors:
            messages.success(request, f"{known.name}: {in_words(done)}")
            return redirect("manage_worker", sid=sid)
    return page(request, workspace, form, known)


def in_words(done: int) -> str:
    if not done:
        return "nothing to change, TaskRouter has it so."
    return f"{done} changes done." if done > 1 else "changed."


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
    request: HttpRequest,
    workspace: Any,
    known: resources.Worker,
    form: WorkerChangeForm,
) -> int:
    """Asks for what the person has changed; refusals go beside their field, and where
    somebody else has changed the same, the person is asked. How much was done."""
    try:
        now = commands.present_worker(workspace, known.sid)
    except commands.TaskRouterError as error:
        form.add_error(None, f"TaskRouter could not be asked: {error}")
        return 0
    merge = form.merge(now)
    if merge.clashes:
        form.ask_which(merge, now)
        return 0
    asked = [
        ask(request, workspace, kind, subject, parameters)
        for kind, subject, own in changes_of(now, merge)
        if (parameters := {name: to for name, to in own.items() if to is not None})
    ]
    for command in asked:
        if command.state != "done":
            refusals.place(form, command, PARAMETERS)
    return sum(command.state == "done" for command in asked)


Change = tuple[str, str, dict[str, Any]]
"Kind of command, subject, TaskRouter's parameters."


def changes_of(worker: resources.Worker, merge: Merge) -> Iterator[Change]:
    """What has to be asked for, so that the worker becomes as wanted."""
    now, wanted = merge.now, merge.wanted
    own = {
        "FriendlyName": changed(now["name"], wanted["name"]),
        "ActivitySid": changed(now["activity_sid"], wanted["activity_sid"]),
        "Attributes": changed(attributes_of(now), attributes_of(wanted)),
    }
    yield "worker.update", worker.sid, own
    for one in worker.channels:
        capacity, on = f"capacity_{one.name}", f"on_{one.name}"
        words = {True: "true", False: "false"}
        units = {
            "Capacity": changed(now[capacity], wanted[capacity]),
            "Available": changed(words[now[on]], words[wanted[on]]),
        }
        yield "worker_channel.update", f"{worker.sid}/Channels/{one.name}", units


def changed(before: Any, after: Any) -> Any:
    """None where there is nothing to ask for."""
    return None if before == after else after


@require_POST
@admin
def delete_worker(request: HttpRequest, workspace: Any, sid: str) -> HttpResponse:
    command = ask(request, workspace, "worker.delete", sid, {})
    if command.state == "done":
        messages.success(
            request, f"{command.subject_name} deleted. History keeps the name."
        )
        return redirect("manage_workers")
    messages.error(request, refusals.in_words(command, "Not deleted. "))
    return redirect("manage_worker", sid=sid)


@require_POST
@admin
def set_activity(request: HttpRequest, workspace: Any, sid: str) -> HttpResponse:
    """From a board: {"state", "text"}; 200 done, 409 refused, 502 not known."""
    wanted = request.POST.get("activity_sid", "")
    if not wanted:
        text = "activity_sid: choose an activity."
        return JsonResponse({"state": "refused", "text": text}, status=400)
    command = ask(request, workspace, "worker.update", sid, {"ActivitySid": wanted})
    status = {"done": 200, "refused": 409}.get(command.state, 502)
    text = "done" if command.state == "done" else refusals.in_words(command)
    answer = {"state": command.state, "text": text}
    return JsonResponse(answer, status=status)
