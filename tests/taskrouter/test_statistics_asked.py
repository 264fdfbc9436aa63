"""How statistics are asked for: channels, windows, thresholds, and what is refused."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.road import FastTaskRouter

WAIT_SECONDS = 30
NOBODY = "WQ" + "0" * 32
PLACES = {
    "workspace": "",
    "queue": "/TaskQueues/{queue}",
    "workflow": "/Workflows/{workflow}",
}
EVERY = [
    *(
        f"{place}/{name}"
        for place in PLACES.values()
        for name in ("Statistics", "CumulativeStatistics", "RealTimeStatistics")
    ),
    "/TaskQueues/Statistics",
    "/Workers/Statistics",
    "/Workers/CumulativeStatistics",
    "/Workers/RealTimeStatistics",
    "/Workers/{worker}/Statistics",
]


class Floor:
    """A queue, a workflow and a worker; one task each by voice and chat, accepted."""

    def __init__(self, api: FastTaskRouter) -> None:
        self.api = api
        made = api.post("", FriendlyName=f"Asked {random.random()}", Template="NONE")
        self.ws = f"/v1/Workspaces/{made['sid']}"
        activities = {
            one["friendly_name"]: one["sid"]
            for one in self.get("/Activities").json()["activities"]
        }
        self.queue = self.post("/TaskQueues", FriendlyName="Everybody")["sid"]
        routing = {"filters": [], "default_filter": {"queue": self.queue}}
        self.workflow = self.post(
            "/Workflows",
            FriendlyName="All",
            Configuration=json.dumps({"task_routing": routing}),
        )["sid"]
        tasks = [self.task(channel) for channel in ("voice", "chat")]
        api.move(api.now + WAIT_SECONDS * 1000)
        self.worker = self.post(
            "/Workers", FriendlyName="Ann", ActivitySid=activities["Available"]
        )["sid"]
        for task in tasks:
            path = f"/Tasks/{task}/Reservations"
            offer = self.get(path).json()["reservations"][0]["sid"]
            self.post(f"{path}/{offer}", ReservationStatus="accepted")
        api.move(api.now + 1000)

    def task(self, channel: str) -> str:
        return str(self.post("/Tasks", TaskChannel=channel)["sid"])

    def post(self, path: str, **data: Any) -> dict[str, Any]:
        answer = self.api.http.post(self.ws + path, data=data)
        return dict(answer.raise_for_status().json())

    def get(self, path: str, **params: Any) -> httpx.Response:
        path = (
            path.format(queue=self.queue, workflow=self.workflow, worker=self.worker)
            if "{" in path
            else path
        )
        return self.api.http.get(self.ws + path, params=params)

    def bulk(self, sids: Any) -> httpx.Response:
        path = f"{self.ws}/TaskQueues/RealTimeStatistics"
        return self.api.http.post(path, content=json.dumps({"QueueSids": sids}))

    def date(self, **before: float) -> str:
        now = datetime.fromtimestamp(self.api.now / 1000, UTC)
        return (now - timedelta(**before)).isoformat()


@pytest.fixture(scope="module")
def floor(fast_taskrouter: FastTaskRouter) -> Floor:
    return Floor(fast_taskrouter)


@pytest.mark.parametrize("path", EVERY)
def test_an_unknown_channel_is_not_found(floor: Floor, path: str) -> None:
    answer = floor.get(path, TaskChannel="carrier_pigeon")
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


@pytest.mark.parametrize("path", EVERY)
def test_a_channel_is_asked_for_by_its_name_or_its_sid(floor: Floor, path: str) -> None:
    channels = floor.get("/TaskChannels").json()["channels"]
    sid = next(one["sid"] for one in channels if one["unique_name"] == "chat")
    by_name = floor.get(path, TaskChannel="chat").raise_for_status().json()
    by_sid = floor.get(path, TaskChannel=sid).raise_for_status().json()
    by_name.pop("meta", None)
    by_sid.pop("meta", None)
    assert by_name == by_sid


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_channel_leaves_the_others_out(floor: Floor, place: str) -> None:
    body = floor.get(f"{place}/Statistics", TaskChannel="chat").json()
    assert body["realtime"]["total_tasks"] == 1
    assert body["cumulative"]["reservations_accepted"] == 1
    waited = {
        "avg": WAIT_SECONDS,
        "min": WAIT_SECONDS,
        "max": WAIT_SECONDS,
        "total": WAIT_SECONDS,
    }
    assert body["cumulative"]["wait_duration_until_accepted"] == waited


def test_a_channel_leaves_out_a_workers_other_offers(floor: Floor) -> None:
    one = floor.get("/Workers/{worker}/Statistics", TaskChannel="chat").json()
    every = floor.get("/Workers/{worker}/Statistics").json()
    assert one["cumulative"]["reservations_created"] == 1
    assert every["cumulative"]["reservations_created"] == 2
    durations = one["cumulative"]["activity_durations"]
    assert durations == every["cumulative"]["activity_durations"]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (f"/TaskQueues/{NOBODY}/Statistics", {}),
        (f"/TaskQueues/{NOBODY}/CumulativeStatistics", {}),
        (f"/TaskQueues/{NOBODY}/RealTimeStatistics", {}),
        (f"/Workflows/WW{'0' * 32}/Statistics", {}),
        (f"/Workers/WK{'0' * 32}/Statistics", {}),
        ("/Workers/Statistics", {"TaskQueueSid": NOBODY}),
        ("/Workers/Statistics", {"TaskQueueName": "Nobody"}),
    ],
)
def test_whoever_is_unknown_is_not_found(
    floor: Floor, path: str, asked: dict[str, str]
) -> None:
    answer = floor.get(path, **asked)
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_workers_are_chosen_by_queue_or_name_in_both_halves(floor: Floor) -> None:
    by_name = floor.get("/Workers/Statistics", TaskQueueName="Everybody").json()
    nobody = floor.get("/Workers/Statistics", FriendlyName="Bob").json()
    assert by_name["realtime"]["total_workers"] == 1
    assert by_name["cumulative"]["reservations_accepted"] == 2
    assert nobody["realtime"]["total_workers"] == 0
    assert nobody["cumulative"]["reservations_accepted"] == 0


def test_bulk_answers_each_sid_in_the_order_asked(floor: Floor) -> None:
    asked = [NOBODY, floor.queue, floor.queue]
    body = floor.bulk(asked).raise_for_status().json()
    rows = body["task_queue_data"]
    assert [row["task_queue_sid"] for row in rows] == asked
    assert [row["total_tasks"] for row in rows] == [0, 2, 2]
    assert body["task_queue_response_count"] == 3


def test_bulk_tells_nothing_of_another_workspace(floor: Floor) -> None:
    other = Floor(floor.api)
    (row,) = floor.bulk([other.queue]).raise_for_status().json()["task_queue_data"]
    assert (row["total_eligible_workers"], row["total_tasks"]) == (0, 0)
    assert {one["workers"] for one in row["activity_statistics"]} == {0}


@pytest.mark.parametrize("sids", [["WQ1"], [], "WQ", [NOBODY] * 51, [None]])
def test_bulk_refuses_what_is_no_list_of_sids(floor: Floor, sids: Any) -> None:
    assert floor.bulk(sids).status_code == 400


@pytest.mark.parametrize("given", ["5;30", "-1", "1.5", "²", "5,,6", "9" * 5000])
def test_thresholds_are_whole_seconds(floor: Floor, given: str) -> None:
    answer = floor.get("/Statistics", SplitByWaitTime=given)
    assert answer.status_code == 400


def test_a_wait_equal_to_the_threshold_is_below_it(floor: Floor) -> None:
    asked = {"SplitByWaitTime": f"{WAIT_SECONDS - 1}, {WAIT_SECONDS}"}
    split = floor.get("/CumulativeStatistics", **asked).json()["split_by_wait_time"]
    below = {
        limit: sides["below"]["reservations_accepted"] for limit, sides in split.items()
    }
    assert below == {str(WAIT_SECONDS - 1): 0, str(WAIT_SECONDS): 2}


@pytest.mark.parametrize(
    "window",
    [
        {"Minutes": "0"},
        {"Minutes": "fifteen"},
        {"StartDate": {"days": 1}, "EndDate": {"days": 2}},
        {"StartDate": {"minutes": -5}, "EndDate": {"minutes": -10}},
        {"StartDate": {"days": 1}, "Minutes": "5"},
    ],
)
def test_a_window_that_cannot_be_is_refused(
    floor: Floor, window: dict[str, Any]
) -> None:
    asked = {
        name: floor.date(**value) if isinstance(value, dict) else value
        for name, value in window.items()
    }
    answer = floor.get("/CumulativeStatistics", **asked)
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_nothing_older_than_30_days_is_asked_for(floor: Floor) -> None:
    within = floor.get("/CumulativeStatistics", StartDate=floor.date(days=30))
    older = floor.get("/CumulativeStatistics", StartDate=floor.date(days=31))
    paged = {"StartDate": floor.date(days=31), "PageToken": "PAx"}
    assert within.status_code == 200
    assert (older.status_code, older.json()["code"]) == (400, 14241)
    assert floor.get("/CumulativeStatistics", **paged).status_code == 400


def test_an_empty_number_of_minutes_was_not_given(floor: Floor) -> None:
    asked = {"StartDate": floor.date(minutes=5), "Minutes": ""}
    assert floor.get("/CumulativeStatistics", **asked).status_code == 200


def test_a_window_ends_by_now(floor: Floor) -> None:
    asked = {"StartDate": floor.date(minutes=5), "EndDate": floor.date(minutes=-5)}
    body = floor.get("/CumulativeStatistics", **asked).json()
    assert body["end_time"] == floor.date()[:19] + "Z"


def test_an_end_still_to_come_alone_is_as_good_as_none(floor: Floor) -> None:
    for path in ("/CumulativeStatistics", "/Events"):
        assert floor.get(path, EndDate=floor.date(minutes=-20)).status_code == 200
    asked = {"EndDate": floor.date(minutes=-5)}
    body = floor.get("/CumulativeStatistics", **asked).json()
    assert body["start_time"] == floor.date(minutes=15)[:19] + "Z"


def test_an_end_alone_ends_a_quarter_of_an_hour(floor: Floor) -> None:
    body = floor.get("/CumulativeStatistics", EndDate=floor.date(minutes=5)).json()
    assert body["start_time"] == floor.date(minutes=20)[:19] + "Z"


def test_workers_are_not_counted_where_they_are_many(floor: Floor) -> None:
    other = Floor(floor.api)
    for n in range(100):
        other.post("/Workers", FriendlyName=f"Worker {n}")
    for path in ("/Workers/Statistics", "/Workers/CumulativeStatistics"):
        assert other.get(path).status_code == 403
    assert other.get("/Workers/{worker}/Statistics").status_code == 403
    body = other.get("/Workers/RealTimeStatistics").json()
    assert body["total_workers"] == 101
