from typing import Any

from django.core.management.base import BaseCommand

from clock import now_ms
from statsync import rebuild
from statsync.models import Workspace


class Command(BaseCommand):
    help = "Fold all facts anew from the ledger."

    def handle(self, *args: Any, **options: Any) -> None:
        for workspace in Workspace.objects.all():
            rebuild.replace(workspace, now_ms())
            self.stdout.write(f"{workspace.name}: facts rebuilt.")
