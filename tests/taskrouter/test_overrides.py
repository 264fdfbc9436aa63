"""Connection overrides in the fragment of a callback's address."""

import pytest

from taskrouter.callbacks.overrides import Overrides, overrides

PLAIN = Overrides()


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", PLAIN),
        ("rc=3", Overrides(retries=3)),
        ("rc=0&rp=all", Overrides(retries=0, policy=frozenset({"all"}))),
        ("rp=4xx,5xx", Overrides(policy=frozenset({"4xx", "5xx"}))),
        ("ct=100&rt=15000&tt=2000", Overrides(None, None, 100, 15_000, 2_000)),
        ("rc=9999&tt=99&ct=10001&rt=-1", PLAIN),
        ("rc=\u00b2&rp=maybe", PLAIN),
        ("rc=" + "9" * 5000, PLAIN),
        ("top", PLAIN),
    ],
)
def test_what_is_within_bounds_is_obeyed_and_nothing_else(fragment, expected) -> None:
    assert overrides(f"https://example.com/events?shift=1#{fragment}") == expected


@pytest.mark.parametrize(
    ("fragment", "after"),
    [
        ("", {"ct", "rt", "4xx", "5xx"}),
        ("rc=2", {"ct"}),
        ("rp=5xx", {"5xx"}),
        ("rc=2&rp=4xx,rt", {"4xx", "rt"}),
        ("rp=all", {"ct", "rt", "4xx", "5xx"}),
    ],
)
def test_an_address_says_after_what_it_is_called_again(fragment, after) -> None:
    wishes = overrides(f"https://example.com/#{fragment}")
    assert {one for one in ("ct", "rt", "4xx", "5xx") if wishes.again_after(one)} == (
        after
    )
