"""Signing in: once by link, then with a password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    SetPasswordForm,
)
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clock import now_ms
from dashboard import signin
from dashboard.numbers import duration

LONGEST_NAME = 150
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class SignInForm(AuthenticationForm):
    def clean_username(self) -> str:
        """Refused before anybody looks for it: it can be nobody's."""
        name: str = self.cleaned_data["username"]
        if len(name) > LONGEST_NAME:
            raise ValidationError(f"At most {LONGEST_NAME} characters.")
        return name


class SignIn(LoginView):
    template_name = "sign/sign_in.html"
    redirect_authenticated_user = True
    authentication_form = SignInForm

    def get_redirect_url(self) -> str:  # type: ignore[override]
        """Whoever is signed in already is not sent back here."""
        url = super().get_redirect_url()
        return "" if url.partition("?")[0] == self.request.path else url


def too_many(request: HttpRequest, answered: Any, credentials: Any) -> HttpResponse:
    """Instead of the sign-in page's answer, once a name has been tried too often."""
    name = signin.name_tried(request, credentials)
    wait = signin.wait_for(name)
    context = {
        "form": AuthenticationForm(request, initial={"username": name}),
        "next": request.POST.get("next", ""),
        "wait": duration(int(wait.total_seconds() * 1000)),
    }
    page = render(request, "sign/sign_in.html", context, status=429)
    page["Retry-After"] = str(int(wait.total_seconds()))
    return page


class SignOut(LogoutView):
    next_page = "sign_in"


@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    user = signin.use_link(token, now_ms())
    if user is None:
        return render(request, "sign/link_used.html", status=410)
    login(request, user, backend=BACKEND)
    if not user.has_usable_password():
        messages.info(
            request,
            f"You are signed in as {user.username}. This link works once:"
            " set a password (menu, Password) to sign in again.",
        )
    return redirect("overview")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@login_required
def password(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    kind = PasswordChangeForm if user.has_usable_password() else SetPasswordForm
    form = kind(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, user)
        messages.success(request, f"Password kept. Sign in as {user.username}.")
        return redirect("overview")
    status = 400 if form.errors else 200
    return render(request, "sign/password.html", {"form": form}, status=status)
