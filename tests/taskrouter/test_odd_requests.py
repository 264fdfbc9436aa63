"""Whatever is asked is answered, in time and in JSON, and never with a 5xx."""

import pytest

from tests.taskrouter import description
from tests.taskrouter.odd_requests import ask_oddly

# As many as take a minute on two cores; `make soak` asks 50,000.
COUNT = 2_500
pytestmark = pytest.mark.skipif(
    not description.FILE.exists(), reason=description.WHY_NOT
)


def test_odd_requests_are_answered_in_words():
    fuzz = ask_oddly(COUNT, 1)
    assert fuzz.wrong == []
    assert sum(fuzz.statuses.values()) >= COUNT
    assert {200, 201, 204, 400, 404} <= set(fuzz.statuses)
