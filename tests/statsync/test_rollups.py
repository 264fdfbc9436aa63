"""Laws of the rows that reports are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statsync import rollups
from statsync.actions import ingest
from statsync.actions.rollups import refill_rollups
from statsync.models import DirtyBucket, QueueInterval, WorkerInterval, WorkflowInterval
from statsync.queries import history
from tests.statsync import made_up

DAY = (made_up.NOW - made_up.DAY_MS, made_up.NOW)


@pytest.fixture
def filled(db):
    """A made-up day, counted."""
    workspace = made_up.connected()
    ingest.ingest(workspace, made_up.day()[1], True, made_up.NOW)
    while DirtyBucket.objects.filter(start_ms__lt=made_up.NOW).exists():
        refill_rollups(workspace, made_up.NOW)
    return workspace


def test_the_identities_of_a_day(filled) -> None:
    demand = [*QueueInterval.objects.all(), *WorkflowInterval.objects.all()]
    agents = list(WorkerInterval.objects.all())
    assert len(demand) > 100
    assert len(agents) > 100
    assert [one for one in demand if came(one) != went(one)] == []
    assert [one for one in agents if spent(one) != one.signed_in_ms] == []
    assert [one for one in agents if one.task_ms < one.handling_ms] == []
    assert [one for one in agents if one.signed_in_ms > rollups.BUCKET_MS] == []


def came(row) -> int:
    return row.waiting_start + row.entered


def went(row) -> int:
    left = row.answered + row.abandoned + row.short + row.moved_on + row.ended
    return left + row.waiting_end


def spent(row) -> int:
    return row.idle_ms + row.ringing_ms + row.handling_ms + row.away_ms


def test_a_second_filling_changes_nothing(filled) -> None:
    before = list(QueueInterval.objects.order_by("pk").values())
    DirtyBucket.objects.bulk_create(
        [
            DirtyBucket(workspace=filled, start_ms=at)
            for at in range(*DAY, rollups.BUCKET_MS)
        ]
    )
    while DirtyBucket.objects.exists():
        refill_rollups(filled, made_up.NOW)
    assert list(QueueInterval.objects.order_by("pk").values()) == before


def test_the_day_is_the_sum_of_its_quarters_and_the_next_begins_where_it_ends(
    filled,
) -> None:
    quarters = [(at, at + rollups.BUCKET_MS) for at in range(*DAY, rollups.BUCKET_MS)]
    whole = history.report(filled, "", [DAY], made_up.NOW - 1)
    rows = history.report(filled, "", quarters, made_up.NOW - 1).rows

    total = whole.total
    assert total.count("entered") == sum(one.count("entered") for one in rows) > 50
    assert total.count("answered") == sum(one.count("answered") for one in rows)
    assert total.count("waiting_start") == rows[0].count("waiting_start")
    assert total.count("waiting_end") == rows[-1].count("waiting_end")
    assert all(one.adds_up for one in [total, *rows])
    assert [one.count("waiting_end") for one in rows[:-1]] == [
        one.count("waiting_start") for one in rows[1:]
    ]


COUNTS = ("waiting_start", "entered", "answered", "waiting_end", "wait_max_ms")
ROW = st.fixed_dictionaries({name: st.integers(0, 9) | st.none() for name in COUNTS})


@given(st.lists(ROW, min_size=3, max_size=6))
def test_merging_in_order_of_time_is_associative(rows) -> None:
    whole = rollups.merge(rows)
    left = rollups.merge([rollups.merge(rows[:2]), *rows[2:]])
    right = rollups.merge([rows[0], rollups.merge(rows[1:])])
    assert as_numbers(whole) == as_numbers(left) == as_numbers(right)


@given(ROW)
def test_what_is_beside_nothing_stays_itself(row) -> None:
    assert as_numbers(rollups.beside([row])) == as_numbers(row)
    assert rollups.beside([]) == {}


def as_numbers(row) -> dict[str, int]:
    return {name: value or 0 for name, value in row.items()}


@given(st.lists(st.integers(0, 86_000_000), min_size=1, max_size=200))
def test_a_percentile_lies_in_the_band_of_the_value_it_stands_for(waits) -> None:
    histogram = [0] * (len(rollups.BANDS) + 1)
    for ms in waits:
        histogram[rollups.band(ms)] += 1
    found = rollups.percentile(histogram, 0.9)
    exact = sorted(waits)[max(0, -(-9 * len(waits) // 10) - 1)]
    assert found is not None
    assert rollups.band(found) in (rollups.band(exact), rollups.band(exact) + 1)
