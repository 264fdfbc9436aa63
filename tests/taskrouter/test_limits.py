"""How often one may ask, and what the client is told of it."""

import pytest

from taskrouter.api.limits import Bucket


def test_a_bucket_gives_its_rate_at_once_and_then_as_many_a_second():
    bucket = Bucket(3, 3, at=0)
    at_once = [bucket.take(0).wait for _ in range(4)]
    assert at_once == [0, 0, 0, 1]
    assert bucket.take(0.3).wait == 1
    assert bucket.take(0.34).wait == 0


def test_a_bucket_holds_no_more_than_its_rate():
    bucket = Bucket(3, 3, at=0)
    assert [bucket.take(60).remaining for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(
    ("path", "query", "rate"),
    [
        ("/Tasks", {"EvaluateTaskAttributes": "1==1"}, 3),
        ("/Workers", {"TargetWorkersExpression": "1==1"}, 3),
        ("/TaskQueues", {"EvaluateWorkerAttributes": "{}"}, 3),
        ("/Tasks", {}, 1000),
    ],
    ids=["tasks", "workers", "queues", "plain"],
)
def test_filters_by_expression_have_a_narrow_limit_of_their_own(
    http, ws, path, query, rate
):
    answer = http.get(ws + path, params=query)
    assert answer.headers["X-Rate-Limit-Limit"] == str(rate)
    assert answer.headers["X-Rate-Limit-Config"] == f"{rate};w=1"


def test_who_asks_too_often_is_told_how_long_to_wait(http, ws):
    answers = [http.post(f"{ws}/TaskQueues/RealTimeStatistics") for _ in range(6)]
    last = answers[-1]
    assert (last.status_code, last.json()["code"]) == (429, 20429)
    assert last.headers["Retry-After"] == "1"
    assert last.headers["X-Rate-Limit-Remaining"] == "0"
    assert http.get(f"{ws}/TaskQueues").status_code == 200
