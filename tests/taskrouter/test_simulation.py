"""The contact centre in a box: the same seed makes the same day."""

from collections import Counter

from taskrouter.simulation import past, plan

ACCOUNT = "AC" + "1" * 32
NOW = 1_767_225_600_000
DAY_MS = 86_400_000


def played(seed: int):
    _state, events, _sid = past.play(ACCOUNT, seed, 8, 1, NOW)
    return events


def test_the_same_seed_plays_the_same_events_and_another_seed_others() -> None:
    first, again, other = played(1), played(1), played(2)
    assert first == again
    assert [one.type for one in first] != [one.type for one in other]


def test_a_past_day_is_in_order_and_within_its_bounds() -> None:
    times = [one.ms for one in played(1)]
    assert times == sorted(times)
    assert NOW - DAY_MS <= times[0] <= times[-1] <= NOW


def test_a_day_has_every_kind_of_ending() -> None:
    kinds = Counter(one.type for one in played(1))
    assert kinds["task.created"] > 50
    assert kinds["task.completed"] > 30
    assert kinds["task.canceled"] > 0
    assert kinds["worker.activity.update"] > 16
    assert len({one.sid for one in played(1)}) == len(played(1))


def test_people_are_the_same_for_the_same_seed() -> None:
    assert plan.people(1, 40) == plan.people(1, 40)
    assert len(plan.people(1, 1000)) == 1000
