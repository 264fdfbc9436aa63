"""`manage.py vendor`: copies the browser's libraries from node_modules to static/vendor."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

INTER = "@fontsource-variable/inter"
FILES = {
    "plotly.js": "plotly.js-cartesian-dist-min/plotly-cartesian.min.js",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "inter-latin.woff2": f"{INTER}/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext.woff2": f"{INTER}/files/inter-latin-ext-wght-normal.woff2",
}
"Name in static/vendor -> path in node_modules."


class Command(BaseCommand):
    help = "Copies browser libraries from node_modules to static/vendor."

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.ROOT)
        vendor = root / "static" / "vendor"
        vendor.mkdir(parents=True, exist_ok=True)
        for name, path in FILES.items():
            source = root / "node_modules" / path
            if not source.exists():
                raise CommandError(f"{source} is missing; run `npm ci` first.")
            shutil.copyfile(source, vendor / name)
