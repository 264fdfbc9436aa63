import os
import select
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from taskrouter.simulation import writing

NICENESS = 10


class Command(BaseCommand):
    help = "Write the rest of the past; `manage.py taskrouter` calls it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(NICENESS)
        try:
            writing.write(settings.VAR / "past.lock", wanted)
        except writing.Abandoned:
            sys.exit(1)


def wanted() -> bool:
    """Until our end of the pipe tells that the other one is closed."""
    return not select.select([sys.stdin], [], [], 0)[0]
