"""Whatever is asked is answered, in time and in JSON, and never with a 5xx."""

import pytest

from tests.taskrouter import description
from tests.taskrouter.odd_requests import ask_oddly

COUNT = 5_000
SHARES = 2
"Side by side on two cores; `make soak` asks 50,000."
pytestmark = pytest.mark.skipif(
    not description.FILE.exists(), reason=description.WHY_NOT
)


@pytest.mark.parametrize("share", range(SHARES))
def test_odd_requests_are_answered_in_words(share: int) -> None:
    fuzz = ask_oddly(COUNT, 1, slice(share, None, SHARES))
    assert fuzz.wrong == []
    assert sum(fuzz.statuses.values()) * SHARES >= COUNT
    assert {200, 201, 204, 400, 404} <= set(fuzz.statuses)
