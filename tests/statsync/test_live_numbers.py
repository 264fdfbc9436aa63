"""What live rows count, and that whatever changed reaches them."""

import json

import pytest

from statsync import live
from statsync.actions import ingest, watermarks
from statsync.actions.resources import store_resources
from statsync.alerts import EXPIRED_MS
from statsync.live import table
from statsync.live.floor import Floor
from statsync.models import LiveRow, Resource, ServiceRule
from tests.road import Road

pytestmark = pytest.mark.django_db(transaction=True)


def total(road: Road) -> dict:
    return road.live("total", road.workspace.sid)


def test_a_new_skill_is_on_the_boards_at_once(road: Road) -> None:
    billing = road.queue("Billing", "skills HAS 'billing'")
    ann = road.worker("Ann")
    road.settle()
    assert road.live("queue", billing)["matching"] == 0
    road.post(f"/Workers/{ann}", Attributes='{"skills": ["billing"]}')
    road.settle()
    assert road.live("worker", ann)["queues"] == [billing]
    assert road.live("queue", billing)["matching"] == 1


def test_the_workspace_waits_from_creation_against_the_first_queues_t(
    road: Road,
) -> None:
    first, second = road.queue("First", "no == 1"), road.queue("Second", "no == 1")
    flow = road.workflow({"queue": first, "timeout": 70}, {"queue": second})
    created = road.api.now
    road.task(flow)
    road.wait(80)
    road.settle()
    assert road.live("queue", second)["late"] == 0
    assert (total(road)["waiting"], total(road)["late"]) == (1, 1)
    assert total(road)["longest_since"] // 1000 == created // 1000


def test_a_task_once_answered_waits_no_more_for_the_workspace(road: Road) -> None:
    first, second = road.queue("First"), road.queue("Second", "no == 1")
    flow = road.workflow({"queue": first})
    road.worker("Ann")
    task = road.task(flow)
    road.wait(5)
    road.accept(task)
    road.wait(5)
    road.transfer(task, second)
    road.wait(100)
    road.settle()
    assert road.live("queue", second)["waiting"] == 1
    assert (total(road)["waiting"], total(road)["late"]) == (0, 0)
    assert total(road)["sl_30"] == [1, 1]


def test_an_outbound_task_that_rings_is_no_demand(road: Road) -> None:
    queue = road.queue("Sales")
    road.worker("Ann")
    road.task(road.workflow({"queue": queue}), direction="outbound")
    road.settle()
    assert (total(road)["ringing"], road.live("queue", queue)["ringing"]) == (0, 0)


def test_what_ends_after_midnight_is_done_today_and_before_it_was_yesterday(
    road: Road,
) -> None:
    flow = road.workflow({"queue": road.queue("Sales")})
    ann = road.worker("Ann")
    road.at("23:50")
    done, under_way = road.task(flow), None
    road.accept(done)
    road.complete(done)
    under_way = road.task(flow)
    road.accept(under_way)
    road.settle()
    assert road.live("worker", ann)["done_today"] == 1
    road.at("24:10")
    live.fold_due(road.workspace, road.api.now)
    assert road.live("worker", ann)["done_today"] == 0
    road.complete(under_way)
    road.settle()
    assert road.live("worker", ann)["done_today"] == 1


def test_who_rejected_a_moment_ago_is_not_long_free(road: Road) -> None:
    flow = road.workflow({"queue": road.queue("Sales")})
    ann = road.worker("Ann")
    road.wait(3600)
    task = road.task(flow)
    [offer] = road.offers(task)
    road.leave(task)
    road.settle()
    assert offer["worker_sid"] == ann
    assert road.live("worker", ann)["since"] // 1000 == road.api.now // 1000


def test_somebody_free_beside_somebody_waiting_is_told_with_no_further_event(
    road: Road,
) -> None:
    queue = road.queue("Email")
    flow = road.workflow({"queue": queue, "expression": "worker.no == 1"})
    road.worker("Ann")
    road.wait(60)
    road.task(flow)
    road.settle()
    assert needs(road) == []
    live.fold_due(road.workspace, road.api.now + 30_500)
    assert needs(road) == ["Email: Ann is free and tasks wait"]


@pytest.mark.parametrize(("channel", "told"), [("voice", 1), ("email", 0)])
def test_a_task_that_expires_needs_a_hand_where_somebody_holds_the_line(
    road: Road, channel, told
) -> None:
    queue = road.queue("Billing", "no == 1")
    task = road.task(road.workflow({"queue": queue}), channel, timeout=60)
    road.wait(61)
    road.settle()
    assert road.stays(task)[0].cause == "expired"
    words = "Billing: 1 expired while waiting, the customer may still be on the line"
    assert needs(road) == [words] * told
    live.fold_due(road.workspace, road.api.now + EXPIRED_MS + 1_000)
    assert words not in needs(road)


def needs(road: Road) -> list[str]:
    rows = LiveRow.objects.filter(workspace=road.workspace, kind="need", gone_ms=None)
    return [json.loads(body)["text"] for body in rows.values_list("body", flat=True)]


def test_the_newest_rule_holds(road: Road) -> None:
    own = {"workspace": road.workspace, "queue_sid": "", "channel": ""}
    ServiceRule.objects.filter(**own).delete()
    ServiceRule.objects.create(**own, t_seconds=60, from_ms=0)
    ServiceRule.objects.create(**own, t_seconds=20, from_ms=road.api.now - 1000)
    floor = Floor(road.workspace, road.api.now)
    assert floor.service_rule("WQ1").t_seconds == 20


def test_a_callback_is_kept_while_no_poll_has_reached_its_time(road: Road) -> None:
    flow = road.workflow({"queue": road.queue("Sales", "no == 1")})
    road.settle()
    read_until = road.api.now
    road.wait(60)
    task = road.task(flow)
    told_by_callback(road)
    later = road.api.now + 16 * 60_000
    assert ingest.drop_unconfirmed(road.workspace, later) == 0
    assert total(road)["waiting"] == 1
    watermarks.move(road.workspace, "events", road.api.now + 1000)
    assert ingest.drop_unconfirmed(road.workspace, later) > 0
    assert total(road)["waiting"] == 0
    assert not road.stays(task)
    assert read_until < road.api.now


def test_a_change_that_never_happened_leaves_what_changed(road: Road) -> None:
    ann = road.worker("Ann")
    road.settle()
    road.set_activity(ann, "Break")
    told_by_callback(road)
    assert "Ann: Available → Break" in changes(road)
    watermarks.move(road.workspace, "events", road.api.now + 1000)
    ingest.drop_unconfirmed(road.workspace, road.api.now + 16 * 60_000)
    assert "Ann: Available → Break" not in changes(road)


def told_by_callback(road: Road) -> None:
    """What happened since the last poll, as callbacks tell it: kept as provisional."""
    from statsync import connections, records

    client = connections.of(road.workspace)
    page = records.parse_page(client.events_page(road.workspace.sid, since(road), None))
    ingest.ingest(road.workspace, page.events, False, road.api.now)


def since(road: Road) -> str:
    from statsync.reader import iso

    return iso(road.day)


def changes(road: Road) -> list[str]:
    rows = LiveRow.objects.filter(workspace=road.workspace, kind="change", gone_ms=None)
    return [json.loads(body)["text"] for body in rows.values_list("body", flat=True)]


def test_a_list_without_news_writes_no_row(
    road: Road, django_assert_num_queries
) -> None:
    for name in ("Ann", "Ben", "Cleo"):
        road.worker(name)
    road.settle()
    listed = road.api.get(f"{road.ws}/Workers")["workers"]
    store_resources(road.workspace, "worker", listed, True, road.api.now + 1)
    rows = Resource.objects.filter(workspace=road.workspace, kind="worker")
    before = set(rows.values_list("sid", "body"))
    again = store_resources(road.workspace, "worker", listed, True, road.api.now + 2)
    assert (again, set(rows.values_list("sid", "body"))) == (set(), before)
    assert set(rows.values_list("seen_ms", flat=True)) == {road.api.now + 2}


def test_the_last_word_on_a_capacity_counts(road: Road) -> None:
    ann = road.worker("Ann")
    channels = road.api.get(f"{road.ws}/Workers/{ann}/Channels")["channels"]
    asked = road.api.now
    store_resources(road.workspace, "worker_channel", channels, True, asked, ann)
    road.wait(5)
    for capacity in (3, 0, 2):
        road.post(f"/Workers/{ann}/Channels/chat", Capacity=capacity)
        road.wait(1)
    road.settle()
    slots = {one["channel"]: one for one in road.live("worker", ann)["slots"]}
    assert slots["chat"]["capacity"] == 2


def test_counter_and_rows_are_read_in_one_statement(
    road: Road, django_assert_num_queries
) -> None:
    road.settle()
    with django_assert_num_queries(1):
        found = live.snapshot(road.workspace.pk, ("total",))
    with django_assert_num_queries(1):
        table.changes(road.workspace.pk, found.epoch, found.version, ("total",))
    assert found.rows["total"]
