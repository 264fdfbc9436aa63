"""30 % faults between statsync and TaskRouter: nothing is lost, and the board says so."""

import time

import pytest

from tests.box import Box, environment
from tests.chaos import assert_ledger_is_whole
from tests.faults import FAULTS, FaultProxy
from tests.follow import Board, signed_in
from tests.load import load
from tests.machine import wait_until

SECONDS = 20.0
RATE = 0.3


@pytest.mark.parametrize("seed", [1])
def test_a_bad_road_loses_nothing(seed: int) -> None:
    bad_road(SECONDS, seed)


def bad_road(seconds: float, seed: int) -> None:
    """Also the soak's, for longer."""
    box = Box(environment(SIMULATION_PAST_DAYS="0")).start()
    try:
        with FaultProxy(box.taskrouter["base_url"], 0, seed) as proxy:
            detour(box, proxy.url)
            proxy.rate = RATE
            with load(box, seed):
                time.sleep(seconds)
                wait_until(
                    lambda: all(proxy.done[fault] for fault in FAULTS),
                    120,
                    "every kind of fault has happened",
                )
            says_that_it_is_late(box, proxy)
            proxy.rate = 0
            assert_ledger_is_whole(box)
    finally:
        box.stop()


def detour(box: Box, url: str) -> None:
    """From now on statsync reaches TaskRouter through the proxy."""
    at = box.taskrouter
    done = box.run(
        "connect",
        f"--base-url={url}",
        f"--account-sid={at['account_sid']}",
        f"--auth-token={at['auth_token']}",
        f"--workspace-sid={at['workspace_sid']}",
    )
    assert done.returncode == 0, done.stderr


def says_that_it_is_late(box: Box, proxy: FaultProxy) -> None:
    """With nothing but faults the events feed is soon late, and the board told why."""
    proxy.rate = 1.0
    with signed_in(box) as client:
        board = Board(box, client.cookies, "overview")
        try:
            wait_until(lambda: late(board), 60, "the events feed is late and says why")
            page = client.get("/").text
            assert 'data-state="stale"' in page
        finally:
            board.close()


def late(board: Board) -> bool:
    feed = board.rows.get("feed", {}).get("events")
    if not feed:
        return False
    behind = board.clock - feed["ok"]
    return bool(feed["error"]) and behind > 3 * feed["expected_s"] * 1000
