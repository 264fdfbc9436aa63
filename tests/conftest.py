"""Ground for every test: a var/ of its own, away from the one `make run` uses."""

import os
import tempfile

os.environ["SIGNALBOX_VAR"] = tempfile.mkdtemp(prefix="signalbox-test-")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
