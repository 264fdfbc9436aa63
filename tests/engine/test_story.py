"""The written day: every word that the engine says, and every field it keeps."""

from pathlib import Path

from tests.engine.story import told


def test_the_day_is_told_as_it_is_written_down() -> None:
    written = Path(__file__).with_name("story.txt").read_text()
    assert told().splitlines() == written.splitlines()
