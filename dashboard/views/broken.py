"""What a browser is told where there is no page to show.

Django's own views for it look for the CSRF token first and so read the body once more,
which may be just what could not be read; these do not.
"""

import inspect

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

bad_request = inspect.unwrap(defaults.bad_request)
no_right = inspect.unwrap(defaults.permission_denied)
not_found = inspect.unwrap(defaults.page_not_found)
broken = inspect.unwrap(defaults.server_error)

WITHOUT_KEY = (
    "The form came without its key, or with an old one, and nothing was done. Go back,"
    " load the page anew and send it again; cookies must be allowed."
)


def without_key(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Instead of Django's page about CSRF."""
    return render(request, "403.html", {"exception": WITHOUT_KEY}, status=403)
