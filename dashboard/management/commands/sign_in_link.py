from typing import Any

from django.core.management.base import BaseCommand

from clock import now_ms
from dashboard import signin


class Command(BaseCommand):
    help = "Print a link that signs the owner in once."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(signin.make_link(now_ms()))
