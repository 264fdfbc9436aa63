import time
from typing import Any

from django.core.management.base import BaseCommand

from dashboard import signin


class Command(BaseCommand):
    help = "Print a link that signs the owner in once."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(signin.make_link(time.time_ns() // 1_000_000))
