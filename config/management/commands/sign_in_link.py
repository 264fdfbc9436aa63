from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from clock import now_ms
from config.embedded import run_file
from dashboard import signin


class Command(BaseCommand):
    help = "Print a link that signs the owner in once."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(signin.make_link(now_ms(), where()))


def where() -> str:
    """Address of the embedded set that runs here, else as the settings say."""
    path = settings.VAR / "run.json"
    return run_file.read(path)["url"] if path.exists() else settings.PUBLIC_URL
