"""Every figure of every statistics operation, against a count of the events by hand."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.road import FastTaskRouter
from tests.taskrouter.plain_counter import PlainCounter
from tests.taskrouter.random_day import CHANNELS, RandomDay, iso

STEPS = 220
HEAD = {
    *("account_sid", "workspace_sid", "task_queue_sid", "workflow_sid", "worker_sid"),
    *("url", "start_time", "end_time"),
}
LIMITS = [0, 5, 30, 120]


class Lived:
    """A day that is over, the events it left, and the questions asked about it."""

    def __init__(self, api: FastTaskRouter, seed: int) -> None:
        self.day = RandomDay(api, seed)
        self.day.live(STEPS)
        self.day.be_complete()
        # What happens in this millisecond is not in a window that ends with it.
        api.move(api.now + 1)
        self.now, self.chance = api.now, self.day.chance
        self.counter = PlainCounter(self.day.events(), self.now)
        self.queues = [
            one["sid"] for one in self.day.listed("task_queues", "/TaskQueues")
        ]
        self.workflows = [
            one["sid"] for one in self.day.listed("workflows", "/Workflows")
        ]

    def window(self) -> tuple[int, int]:
        moments = [one["event_date_ms"] for one in self.counter.events]
        start, end = sorted(self.chance.sample(moments, 2))
        return start, self.chance.choice((end, self.now))

    def asked(self, window: tuple[int, int], channel: str | None) -> dict[str, Any]:
        dates = {"StartDate": iso(window[0]), "EndDate": iso(window[1])}
        return {**dates, **({"TaskChannel": channel} if channel else {})}

    def channel(self) -> str | None:
        return self.chance.choice((None, None, *CHANNELS))

    def subjects(self) -> Iterator[tuple[str, str, str]]:
        yield "workspace", self.day.sid, ""
        for sid in self.queues:
            yield "queue", sid, f"/TaskQueues/{sid}"
        for sid in self.workflows:
            yield "workflow", sid, f"/Workflows/{sid}"

    def members(self, queue: str) -> set[str]:
        team = self.day.queues[queue]
        present = self.counter.present
        return {sid for sid in present if team in ("*", self.counter.teams[sid])}

    def present(self, subject: str, sid: str, channel: str | None) -> dict[str, Any]:
        figures = self.counter.tasks_now(subject, sid, channel)
        if subject == "workspace":
            figures["activity_statistics"] = self.counter.workers_now(
                set(self.counter.present)
            )
            figures["total_workers"] = len(self.counter.present)
        if subject == "queue":
            members = self.members(sid)
            figures["activity_statistics"] = self.counter.workers_now(members)
            figures["total_eligible_workers"] = len(members)
            figures["total_available_workers"] = self.available(members)
        return figures

    def available(self, workers: set[str]) -> int:
        found = self.day.listed("activities", "/Activities")
        takes = {one["sid"] for one in found if one["available"]}
        return len([s for s in workers if self.counter.present[s].activity in takes])


DAYS = {
    "multi": ("fast_taskrouter", 1),
    "single": ("fast_taskrouter", 2),
    "postgresql": ("fast_taskrouter_on_postgresql", 3),
}


@pytest.fixture(scope="module", params=DAYS)
def lived(request) -> Lived:
    router, seed = DAYS[request.param]
    return Lived(request.getfixturevalue(router), seed)


def figures(body: dict[str, Any]) -> dict[str, Any]:
    """Without what is not counted; lists of activities by their sid."""
    shown = {key: value for key, value in body.items() if key not in HEAD}
    if "activity_statistics" in shown:
        rows = shown["activity_statistics"]
        shown["activity_statistics"] = {one["sid"]: one["workers"] for one in rows}
    if "activity_durations" in shown:
        shown["activity_durations"] = {
            one.pop("sid"): (one.pop("friendly_name"), one)
            for one in shown["activity_durations"]
        }
    return shown


def test_the_day_had_everything_in_it(lived: Lived) -> None:
    types = {one["event_type"] for one in lived.counter.events}
    assert types >= {
        *(f"reservation.{x}" for x in ("accepted", "rejected", "timeout", "canceled")),
        *("task.canceled", "task.completed", "task.deleted", "workflow.timeout"),
        *("task-queue.moved", "worker.deleted", "activity.deleted"),
        *("task-queue.deleted", "task.transfer-initiated", "task.transfer-completed"),
        "task.transfer-failed",
    }
    assert lived.counter.after_transfer


def test_cumulative_figures_are_what_the_events_say(lived: Lived) -> None:
    for subject, sid, path in lived.subjects():
        for _ in range(3):
            window, channel = lived.window(), lived.channel()
            asked = lived.asked(window, channel)
            body = lived.day.get(f"{path}/CumulativeStatistics", **asked)
            counted = lived.counter.cumulative(subject, sid, window, channel)
            assert figures(body) == {**counted, "split_by_wait_time": None}


def test_waits_are_split_at_every_threshold(lived: Lived) -> None:
    words = ",".join(map(str, LIMITS))
    for subject, sid, path in lived.subjects():
        window, channel = lived.window(), lived.channel()
        asked = lived.asked(window, channel)
        body = lived.day.get(f"{path}/Statistics", SplitByWaitTime=words, **asked)
        assert body["cumulative"]["split_by_wait_time"] == lived.counter.split(
            subject, sid, window, channel, LIMITS
        )


def test_real_time_figures_are_what_the_events_left(lived: Lived) -> None:
    for subject, sid, path in lived.subjects():
        for channel in (None, *CHANNELS):
            asked = {"TaskChannel": channel} if channel else {}
            body = lived.day.get(f"{path}/RealTimeStatistics", **asked)
            assert figures(body) == lived.present(subject, sid, channel)


def test_combined_figures_are_both(lived: Lived) -> None:
    for subject, sid, path in lived.subjects():
        window, channel = lived.window(), lived.channel()
        asked = lived.asked(window, channel)
        body = lived.day.get(f"{path}/Statistics", **asked)
        counted = lived.counter.cumulative(subject, sid, window, channel)
        past = {**counted, "split_by_wait_time": None}
        assert figures(body["cumulative"]) == past
        assert figures(body["realtime"]) == lived.present(subject, sid, channel)


def test_the_list_of_queues_has_a_row_for_each(lived: Lived) -> None:
    window, channel = lived.window(), lived.channel()
    asked = lived.asked(window, channel)
    rows = lived.day.listed(
        "task_queues_statistics", "/TaskQueues/Statistics", SplitByWaitTime="5", **asked
    )
    assert [row["task_queue_sid"] for row in rows] == lived.queues
    for row in rows:
        sid = row["task_queue_sid"]
        counted = lived.counter.cumulative("queue", sid, window, channel)
        split = lived.counter.split("queue", sid, window, channel, [5])
        assert figures(row["cumulative"]) == {**counted, "split_by_wait_time": split}
        assert figures(row["realtime"]) == lived.present("queue", sid, channel)


def test_bulk_figures_are_those_of_each_queue(lived: Lived) -> None:
    path = f"/v1/Workspaces{lived.day.ws}/TaskQueues/RealTimeStatistics"
    asked = json.dumps({"queueSids": lived.queues})
    body = lived.day.api.http.post(path, content=asked).raise_for_status().json()
    assert body["task_queue_response_count"] == len(lived.queues)
    for row in body["task_queue_data"]:
        counted = lived.present("queue", row["task_queue_sid"], None)
        del counted["longest_relative_task_age_in_queue"]
        del counted["longest_relative_task_sid_in_queue"]
        assert figures(row) == counted


def everybody(lived: Lived) -> tuple[str, dict[str, Any], set[str]]:
    return "/Workers/CumulativeStatistics", {}, set(lived.counter.worker_names)


def one_of_them(lived: Lived) -> tuple[str, dict[str, Any], set[str]]:
    sid = lived.chance.choice(sorted(lived.counter.present))
    return f"/Workers/{sid}/Statistics", {}, {sid}


def those_of_a_queue(lived: Lived) -> tuple[str, dict[str, Any], set[str]]:
    queue = lived.chance.choice(lived.queues)
    return "/Workers/Statistics", {"TaskQueueSid": queue}, lived.members(queue)


def those_of_a_name(lived: Lived) -> tuple[str, dict[str, Any], set[str]]:
    """Also if he has been deleted."""
    sid = lived.chance.choice(sorted(lived.counter.worker_names))
    name = lived.counter.worker_names[sid]
    return "/Workers/Statistics", {"FriendlyName": name}, {sid}


CHOICES = [everybody, one_of_them, those_of_a_queue, those_of_a_name]


@pytest.mark.parametrize("choice", CHOICES)
def test_workers_are_counted_the_deleted_ones_too(
    lived: Lived, choice: Callable[[Lived], tuple[str, dict[str, Any], set[str]]]
) -> None:
    for _ in range(6):
        path, more, workers = choice(lived)
        window, channel = lived.window(), lived.channel()
        body = lived.day.get(path, **lived.asked(window, channel), **more)
        counted = lived.counter.of_workers(workers, window, channel)
        assert figures(body.get("cumulative", body)) == counted
        if "realtime" in body:
            there = workers & set(lived.counter.present)
            assert figures(body["realtime"]) == {
                "activity_statistics": lived.counter.workers_now(there),
                "total_workers": len(there),
            }


def test_workers_now_are_those_who_are_there(lived: Lived) -> None:
    there = set(lived.counter.present)
    assert figures(lived.day.get("/Workers/RealTimeStatistics")) == {
        "activity_statistics": lived.counter.workers_now(there),
        "total_workers": len(there),
    }


# What make soak asks of many more days.
QUESTIONS = (
    test_cumulative_figures_are_what_the_events_say,
    test_waits_are_split_at_every_threshold,
    test_real_time_figures_are_what_the_events_left,
    test_combined_figures_are_both,
    test_the_list_of_queues_has_a_row_for_each,
    test_bulk_figures_are_those_of_each_queue,
    test_workers_now_are_those_who_are_there,
)
