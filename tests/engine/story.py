"""A day that has a bit of everything, as it is written down in story.txt.

`python -m tests.engine.story > tests/engine/story.txt` writes it down anew: read what
has changed in it before you keep it.
"""

import sys

from tests.engine import chapters
from tests.engine.refused import refusals
from tests.engine.teller import Story


def lived() -> Story:
    story = Story()
    for chapter in (
        *(chapters.work, chapters.transfers, chapters.timeouts),
        *(chapters.resources, chapters.one_at_a_time, refusals),
    ):
        story.lines += ["", f"# {chapter.__name__}"]
        chapter(story)
    return story


def told() -> str:
    return lived().text()


if __name__ == "__main__":
    sys.stdout.write(told())
