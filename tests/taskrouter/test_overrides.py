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
        ("ct=100&rt=15000&tt=2000", Overrides(None, PLAIN.policy, 100, 15_000, 2_000)),
        ("rc=9999&tt=99&ct=10001&rt=-1", PLAIN),
        ("rc=\u00b2&rp=maybe", PLAIN),
        ("rc=" + "9" * 5000, PLAIN),
        ("top", PLAIN),
    ],
)
def test_what_is_within_bounds_is_obeyed_and_nothing_else(fragment, expected) -> None:
    assert overrides(f"https://example.com/events?shift=1#{fragment}") == expected


def test_the_policy_says_after_what_it_is_called_again() -> None:
    assert PLAIN.again_after("ct")
    assert not PLAIN.again_after("5xx")
    assert overrides("http://x.test/#rp=all").again_after("4xx")
