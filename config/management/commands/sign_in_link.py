from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from clock import now_ms
from config.embedded import run_file
from dashboard import signin


class Command(BaseCommand):
    help = "Print a link that signs the owner in once."

    def handle(self, *args: Any, **options: Any) -> None:
        # Of the embedded set that runs here, else as the settings say.
        running = run_file.present()
        url = running["url"] if running else settings.PUBLIC_URL
        self.stdout.write(signin.make_link(now_ms(), url))
