from argparse import ArgumentParser
from http import HTTPStatus
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.embedded import run_file
from taskrouter import account, server
from taskrouter.access import CannotServe
from taskrouter.simulation import scripts

TIMEOUT_SECONDS = 15


class Command(BaseCommand):
    help = "Play a script in the contact centre in a box that runs here."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="the script's name")
        parser.add_argument(
            "--list", action="store_true", help="list the scripts, and play none"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"] or not options["name"]:
            wide = max(map(len, scripts.SCRIPTS))
            for name, one in scripts.SCRIPTS.items():
                self.stdout.write(f"{name:<{wide}}  {one.sentence}")
            return
        played = play(options["name"])
        self.stdout.write(f"{played['does']} It begins at {played['begins']}.")


def play(name: str) -> dict[str, str]:
    try:
        scripts.named(name)
        base_url, credentials = where()
        answer = httpx.post(
            f"{base_url}/signalbox/v1/Scripts",
            data={"Script": name},
            auth=credentials,
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )
    except (scripts.CannotPlay, CannotServe) as why:
        raise CommandError(str(why)) from None
    except httpx.HTTPError as error:
        raise CommandError(
            f"No contact centre answers at {base_url} ({error}); start it with"
            " `make run`, or name its port in TASKROUTER_PORT."
        ) from None
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise CommandError(
            f"{base_url} serves another account than that of {settings.VAR}; set"
            " SIGNALBOX_VAR and TASKROUTER_PORT as the contact centre was started with."
        )
    try:
        body: dict[str, str] = answer.json()
    except ValueError:
        raise CommandError(
            f"What answers at {base_url} is no TaskRouter; name the port of the contact"
            " centre in TASKROUTER_PORT."
        ) from None
    if not answer.is_success:
        raise CommandError(body["message"])
    return body


def where() -> tuple[str, tuple[str, str]]:
    """Address and account: of the embedded set that runs here, else by the settings."""
    running = run_file.present()
    if running is not None:
        at = running["taskrouter"]
        return at["base_url"], (at["account_sid"], at["auth_token"])
    mine = account.known(settings.VAR / account.KEPT)
    base_url = f"http://{server.HOST}:{settings.TASKROUTER_PORT}"
    return base_url, (mine.account_sid, mine.auth_token)
