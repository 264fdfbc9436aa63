"""Older days are written while TaskRouter serves, and told once they are whole."""

from collections.abc import Iterator

import pytest

from taskrouter import history, store, untold
from taskrouter.models import LoggedEvent
from taskrouter.simulation import past, writing

ACCOUNT = "AC" + "1" * 32
NOW = 1_767_225_600_000
DAY_MS = 86_400_000


@pytest.fixture
def opened(transactional_db) -> Iterator[past.Opened]:
    """A small centre of two older days, of which nothing is written yet."""
    opened = past.opened(ACCOUNT, 1, 3, 6, NOW + DAY_MS // 2)
    assert opened.before is not None
    store.import_past(opened.state, opened.events, opened.before.to_json())
    untold.tell_from(opened.before.end)
    yield opened
    untold.tell_from(0)


def write_some(before: past.Before, batches: int) -> None:
    """As one that is killed after so many."""
    left = iter(range(batches))
    with pytest.raises(writing.Abandoned):
        writing.write_all(before, lambda: next(left, None) is not None)


def logged() -> list[str]:
    rows = LoggedEvent.objects.using("taskrouter").order_by("id")
    return list(rows.values_list("sid", flat=True))


@pytest.mark.django_db(databases=["default", "taskrouter"], transaction=True)
def test_who_goes_on_after_a_kill_doubles_nothing_and_keeps_the_order(opened) -> None:
    older = [one.sid for one in past.events_before(opened.before)]
    write_some(opened.before, 2)
    assert untold.written() == 2 * writing.AT_ONCE
    write_some(opened.before, 3)
    assert untold.written() == 3 * writing.AT_ONCE
    writing.write_all(opened.before, lambda: True)
    assert logged() == older + [one.sid for one in opened.events]
    rows = LoggedEvent.objects.using("taskrouter").order_by("ms", "id")
    assert list(rows.values_list("sid", flat=True)) == logged()


@pytest.mark.django_db(databases=["default", "taskrouter"], transaction=True)
def test_what_comes_meanwhile_comes_after_it(opened) -> None:
    writing.write_all(opened.before, lambda: True)
    _state, last, _letters = store.load()
    assert last == opened.events[-1].ms


@pytest.mark.django_db(databases=["default", "taskrouter"], transaction=True)
def test_statistics_count_nothing_of_it_before_it_is_whole(opened) -> None:
    writing.write_all(opened.before, lambda: True)
    assert counted(opened) == 0
    untold.tell_from(0)
    types = [one.type for one in past.events_before(opened.before)]
    assert counted(opened) == types.count("task.created") > 0


def counted(opened: past.Opened) -> int:
    """Tasks that were created in the older days."""
    window = history.Window(
        opened.workspace_sid, opened.before.start, opened.before.end
    )
    found = history.counts(window, "workspace", [opened.workspace_sid], True)
    return sum(
        count.n
        for type, count in found[opened.workspace_sid].by_type.items()
        if type == "task.created"
    )


@pytest.mark.django_db(databases=["default", "taskrouter"], transaction=True)
def test_pruning_takes_the_oldest_first_and_nothing_is_written_again(opened) -> None:
    write_some(opened.before, 2)
    assert store.prune(opened.before.end) == store.PRUNED_AT_ONCE
    writing.write_all(opened.before, lambda: True)
    older = [one.sid for one in past.events_before(opened.before)]
    kept = older[store.PRUNED_AT_ONCE :] + [one.sid for one in opened.events]
    assert logged() == kept
