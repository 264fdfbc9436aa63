"""Jump to a page, queue or agent by name."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.views.frame import NAV
from statsync.queries import boards, resources

MOST = 10


@login_required
@require_safe
def jump(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()
    found = [one for one in places() if wanted.lower() in one["name"].lower()]
    # What begins with the words comes before what only holds them.
    found.sort(key=lambda one: not one["name"].lower().startswith(wanted.lower()))
    context = {"found": found[:MOST], "q": wanted}
    return render(request, "partials/found.html", context)


def places() -> list[dict[str, Any]]:
    pages = [{"name": one.word, "what": "page", "url": reverse(one.url)} for one in NAV]
    workspace = boards.current_workspace()
    if workspace is None:
        return pages
    queues = [
        {"name": name, "what": "queue", "url": f"{reverse('queues')}#{sid}"}
        for sid, name in resources.queues(workspace)
    ]
    agents = [
        {"name": one.name, "what": "agent", "url": f"{reverse('agents')}#{one.sid}"}
        for one in resources.workers(workspace)
    ]
    return pages + queues + agents
