"""What nobody reads any more makes room."""

import pytest

from statsync import jobs
from statsync.actions import samples
from statsync.models import Conflict, Sample, Workspace
from tests.statsync import made_up

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@pytest.fixture
def workspace(db) -> Workspace:
    return made_up.connected()


def polled(workspace: Workspace, kind: str, subject: str, start: int, end: int) -> None:
    """Every half a minute."""
    times = range(start, end, 30_000)
    of = {"workspace": workspace, "kind": kind, "subject": subject, "body": "{}"}
    Sample.objects.bulk_create(Sample(**of, at_ms=at) for at in times)


def test_samples_are_kept_whole_for_an_hour_then_one_a_quarter(workspace) -> None:
    now = made_up.NOW + 5 * 60_000
    polled(workspace, "realtime", "queues", now - 3 * HOUR_MS, now)
    polled(workspace, "cumulative", "WQ1", now - 3 * HOUR_MS, now)
    while samples.thin(workspace, now):
        pass
    edge = made_up.NOW - HOUR_MS
    for kind in ("realtime", "cumulative"):
        rows = Sample.objects.filter(kind=kind).order_by("at_ms")
        old = list(rows.filter(at_ms__lt=edge).values_list("at_ms", flat=True))
        quarters = [edge - n * 900_000 for n in range(7, 0, -1)]
        assert old == [now - 3 * HOUR_MS, *quarters]
        assert rows.filter(at_ms__gte=edge).count() == 2 * 65


def test_thinning_goes_on_where_it_stopped_and_may_run_twice(workspace) -> None:
    start = made_up.NOW - DAY_MS
    polled(workspace, "realtime", "workspace", start, made_up.NOW)
    assert samples.thin(workspace, made_up.NOW)
    assert Sample.objects.filter(at_ms__lt=start + 6 * HOUR_MS).count() == 24
    while samples.thin(workspace, made_up.NOW):
        pass
    once = Sample.objects.count()
    samples.thin(workspace, made_up.NOW)
    assert Sample.objects.count() == once == 23 * 4 + 120


def test_conflicts_and_samples_of_more_than_thirty_days_are_forgotten(
    workspace,
) -> None:
    now = jobs.now_ms()
    for ms in (now - 31 * DAY_MS, now - 29 * DAY_MS):
        Conflict.objects.create(workspace=workspace, sid="EV1", seen_ms=ms)
        samples.store_sample(workspace, "realtime", "workspace", "{}", ms)
    jobs.drop_unconfirmed()
    [sample] = Sample.objects.all()
    assert Conflict.objects.get().seen_ms == sample.at_ms == now - 29 * DAY_MS
