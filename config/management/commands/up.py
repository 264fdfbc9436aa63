import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.embedded import up


class Command(BaseCommand):
    help = "Serve the dashboard and a built-in TaskRouter with a living contact centre."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            up.run(self.say)
        except up.CannotStart as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self.say("Stopped before it served.")
        # A job that waits for a TaskRouter that hangs must not keep Ctrl-C waiting; jobs
        # may be ended anywhere.
        sys.stderr.flush()
        os._exit(0)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
