"""The form that connects a TaskRouter account."""

from django import forms


class ConnectForm(forms.Form):
    base_url = forms.URLField(
        label="Address",
        initial="https://taskrouter.twilio.com",
        assume_scheme="https",
        help_text="Twilio's, or that of a built-in TaskRouter.",
    )
    account_sid = forms.RegexField(
        r"^AC[0-9a-fA-F]{32}$",
        label="Account sid",
        error_messages={"invalid": "AC and 32 hexadecimal digits."},
    )
    auth_token = forms.CharField(
        label="Auth token",
        widget=forms.PasswordInput,
        help_text="Kept encrypted; never shown again.",
    )
    workspace_sid = forms.RegexField(
        r"^WS[0-9a-fA-F]{32}$",
        label="Workspace sid",
        error_messages={"invalid": "WS and 32 hexadecimal digits."},
    )
    callbacks = forms.BooleanField(
        label="Ask TaskRouter to call us on every event",
        required=False,
        initial=True,
        help_text="Boards then follow within a second. PUBLIC_URL must be reachable.",
    )
