from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clock import now_ms
from statsync import commands


class Command(BaseCommand):
    help = "Connect a TaskRouter account and one of its workspaces."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", default="https://taskrouter.twilio.com")
        parser.add_argument("--account-sid", required=True)
        parser.add_argument("--auth-token", help="asked for where it is not given")
        parser.add_argument("--workspace-sid", required=True)
        parser.add_argument(
            "--no-callbacks",
            action="store_true",
            help="do not ask TaskRouter to call PUBLIC_URL on every event",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            connected = commands.connect(
                base_url=options["base_url"],
                account_sid=options["account_sid"],
                auth_token=options["auth_token"] or getpass("Auth token: "),
                workspace_sid=options["workspace_sid"],
                now_ms=now_ms(),
                callbacks=not options["no_callbacks"],
            )
        except commands.TaskRouterError as error:
            raise CommandError(f"Not connected, nothing was kept: {error}") from None
        self.stdout.write(
            f"Connected {connected.workspace.name}. Its last 30 days are being read."
        )
        if connected.warning:
            self.stderr.write(connected.warning)
