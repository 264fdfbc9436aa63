import asyncio
import os
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

import uvloop
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from taskrouter import server, service
from taskrouter.access import CannotServe
from taskrouter.lock import AlreadyOwned
from taskrouter.store import Damaged

HIGHEST_PORT = 65_535


class Command(BaseCommand):
    help = "Serve the built-in TaskRouter alone."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port",
            type=port,
            default=settings.TASKROUTER_PORT,
            help="TASKROUTER_PORT, or this one; 0: any that is free, as --ready-fd says",
        )
        parser.add_argument(
            "--simulate", action="store_true", help="with a living contact centre"
        )
        parser.add_argument(
            "--follow-pipe", type=descriptor, help="end when this descriptor closes"
        )
        parser.add_argument(
            "--clock",
            choices=["machine", "tests"],
            default="machine",
            help="tests: time stands still until POST /signalbox/v1/Clock moves it",
        )
        parser.add_argument(
            "--ready-fd",
            type=descriptor,
            help="say on this descriptor, in a line of JSON, where it serves and for whom",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        server.end_at_signals()
        call_command("migrate", database="taskrouter", verbosity=0)
        wanted = service.Options(
            options["port"],
            options["simulate"],
            options["follow_pipe"],
            options["ready_fd"],
            options["clock"] == "tests",
        )
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(service.serve(wanted, self.say))
        except (CannotServe, AlreadyOwned, Damaged) as error:
            raise CommandError(str(error)) from None

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def port(text: str) -> int:
    if not text.isdecimal() or int(text) > HIGHEST_PORT:
        raise ArgumentTypeError(f"{text!r} is no port; use 0 to {HIGHEST_PORT}")
    return int(text)


def descriptor(text: str) -> int:
    try:
        os.fstat(int(text))
    except (ValueError, OSError):
        raise ArgumentTypeError(
            f"{text!r} is no open descriptor; 1 is the standard output"
        ) from None
    return int(text)
