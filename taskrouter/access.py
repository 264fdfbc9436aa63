"""Who may ask the API and how often, and whom it may call: read from the settings."""

import re

from django.conf import settings

from taskrouter import guard
from taskrouter.api.limits import Rates

API_KEY_SID = re.compile(r"SK[0-9a-fA-F]{32}\Z")


class CannotServe(Exception):
    """Why the built-in TaskRouter does not start, and what to do, in a sentence."""


def networks(setting: str) -> list[guard.Network]:
    try:
        return guard.networks(getattr(settings, setting))
    except ValueError as error:
        raise CannotServe(
            f"{setting}: {error}; write networks, as 127.0.0.0/8,10.0.0.0/8."
        ) from None


def api_keys() -> dict[str, str]:
    """Sid of each, and its secret."""
    keys = dict(text.partition(":")[::2] for text in settings.TASKROUTER_API_KEYS)
    for sid, secret in keys.items():
        if not API_KEY_SID.match(sid) or not secret:
            raise CannotServe(
                "TASKROUTER_API_KEYS: write each key as SK and 32 hexadecimal digits, a"
                " colon and its secret."
            )
    return keys


def rates() -> Rates:
    return Rates(
        settings.TASKROUTER_RATE_EXPRESSIONS,
        settings.TASKROUTER_RATE_BULK,
        settings.TASKROUTER_RATE_OTHERS,
    )
