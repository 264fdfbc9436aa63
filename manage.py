#!/usr/bin/env python
"""The door to every command. `manage.py up` starts the embedded set."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["taskrouter"]:
        # This process serves the far side of the HTTP line and nothing else.
        os.environ["SIGNALBOX_SERVE"] = "taskrouter"
    from config.environment import stop_with_a_sentence

    with stop_with_a_sentence():
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
