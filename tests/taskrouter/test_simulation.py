"""The contact centre in a box: the same seed makes the same day."""

from collections import Counter, defaultdict
from functools import cache

from taskrouter.simulation import past, plan

ACCOUNT = "AC" + "1" * 32
NOW = 1_767_225_600_000
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


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


@cache
def nine_days() -> tuple[past.Opened, tuple]:
    """A small centre that has just opened, and the older days left for later."""
    opened = past.opened(ACCOUNT, 1, 3, 9, NOW + 5 * HOUR_MS)
    assert opened.before is not None
    return opened, tuple(past.events_before(opened.before))


def test_older_days_end_where_those_begin_that_were_played_first() -> None:
    opened, older = nine_days()
    ends, begins = {}, {}
    for one in older:
        if one.type == "worker.activity.update":
            ends[one.worker_sid] = (one.ms, one.data["worker_activity_name"])
    for one in opened.events:
        if one.type == "worker.activity.update":
            spent = int(one.data["worker_time_in_previous_activity_ms"])
            left = (one.ms - spent, one.data["worker_previous_activity_name"])
            begins.setdefault(one.worker_sid, left)
    assert begins == ends
    assert len(ends) == 3


def test_older_days_leave_no_task_under_way_and_no_version_to_come_again() -> None:
    opened, older = nine_days()
    created = {one.task_sid for one in older if one.type == "task.created"}
    ended = {
        one.task_sid for one in older if one.type in ("task.completed", "task.canceled")
    }
    assert created == ended
    versions = defaultdict(list)
    for one in (*older, *opened.events):
        if one.type == "worker.activity.update":
            versions[one.worker_sid].append(int(one.data["worker_version"]))
    assert all(some == sorted(set(some)) for some in versions.values())


def test_older_days_are_in_order_before_the_others_and_share_no_event() -> None:
    opened, older = nine_days()
    before = opened.before
    assert before is not None
    times = [one.ms for one in older]
    assert times == sorted(times)
    assert before.start == times[0]
    assert times[-1] < before.end <= opened.events[0].ms
    assert (before.start % DAY_MS, before.end % DAY_MS) == (0, 0)
    assert not {one.sid for one in older} & {one.sid for one in opened.events}


def test_the_same_older_days_come_again_when_they_are_played_again() -> None:
    opened, older = nine_days()
    assert opened.before is not None
    again = past.Before.from_json(opened.before.to_json())
    assert tuple(past.events_before(again)) == older


def test_weekends_are_quieter_and_older_days_had_fewer_customers() -> None:
    monday = 1_767_571_200_000
    work, sunday = monday + 10 * HOUR_MS, monday + 6 * DAY_MS + 10 * HOUR_MS
    [first, *_] = plan.DEMAND
    assert plan.rate(first, sunday, 40) == 0.6 * plan.rate(first, work, 40)
    off = [one for one in plan.people(1, 40) if not plan.works_on(one, sunday)]
    assert len(off) == 16
    assert all(plan.works_on(one, work) for one in off)
    assert plan.growth(30 * DAY_MS) < plan.growth(DAY_MS) < plan.growth(0) == 1


def test_few_days_are_played_whole_before_the_centre_opens() -> None:
    assert past.opened(ACCOUNT, 1, 3, past.FIRST_DAYS, NOW).before is None
