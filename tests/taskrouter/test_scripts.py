"""Scripts of the contact centre in a box: each does what its sentence says."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from taskrouter.engine.events import Event
from taskrouter.simulation import past, plan, scripts
from taskrouter.simulation.director import Director
from taskrouter.simulation.playing import Engine, Play, engine
from tests.box import ROOT

MINUTE = 60_000
NOON = 1_767_268_800_000
MADRID = ZoneInfo("Europe/Madrid")


@dataclass
class Played:
    """A centre of forty, half an hour before the script; `begins` is its first ms."""

    name: str
    seed: int = 1
    workers: int = 40

    def __post_init__(self) -> None:
        self.engine: Engine = engine(f"script {self.seed}")
        self.begins = scripts.named(self.name).begins(NOON, MADRID)
        opens = self.begins - 30 * MINUTE
        ws, staff = past.furnish(
            self.engine, "AC" + "1" * 32, self.seed, self.workers, opens
        )
        director = Director(f"script {self.seed}", self.workers)
        director.begin(staff, opens)
        scripts.plan_to_play(self.name, director, self.begins, MADRID)
        self.names = self.engine.names(ws)
        self.play = Play(self.engine, director, self.names)
        self.play.until(self.begins)

    def after(self, minutes: int) -> "Played":
        self.play.until(self.begins + minutes * MINUTE)
        return self

    def events(self, *types: str, first: int = 0, last: int = 999) -> list[Event]:
        """Of these types, by minutes since the script began."""
        start, stop = self.begins + first * MINUTE, self.begins + last * MINUTE
        found = [one for one in self.engine.events if start <= one.ms < stop]
        return [one for one in found if not types or one.type in types]

    def tasks(self, **wanted: Any) -> list[Event]:
        """Created, with these attributes."""
        return [
            one
            for one in self.events("task.created")
            if wanted.items() <= attributes(one).items()
        ]

    def doing(self, activity: str) -> int:
        sid = self.names.activities[activity]
        workers = self.engine.state.workers.values()
        return sum(one.activity_sid == sid for one in workers)


def attributes(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(event.data["task_attributes"])
    return found


def fingerprint(name: str, seed: int) -> str:
    """Of everything the log says."""
    log = hashlib.sha256()
    for one in Played(name, seed).after(10).engine.events:
        log.update(f"{one.sid} {one.ms} {one.type} {json.dumps(one.data)}\n".encode())
    return log.hexdigest()


@pytest.mark.parametrize("name", scripts.SCRIPTS)
def test_the_same_seed_writes_the_same_log_and_another_seed_another(name) -> None:
    assert fingerprint(name, 1) == fingerprint(name, 1) != fingerprint(name, 2)


def test_another_process_writes_the_same_log() -> None:
    code = (
        "from tests.taskrouter.test_scripts import fingerprint as f; print(f('vip', 1))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == fingerprint("vip", 1)


def test_a_storm_brings_four_times_the_customers_for_twenty_minutes() -> None:
    played = Played("storm").after(40)
    usual = len(played.events("task.created", first=20, last=40))
    assert 3 <= len(played.events("task.created", first=0, last=20)) / usual <= 5


def test_missed_offers_time_out_and_leave_the_team_in_missed_call() -> None:
    played = Played("missed-offers").after(10)
    missed = played.events("reservation.timeout")
    billing = {
        sid
        for sid, one in played.engine.state.workers.items()
        if json.loads(one.attributes)["team"] == "Billing"
    }
    assert len(missed) >= 3
    assert len([one for one in missed if one.worker_sid in billing]) >= 3
    assert played.doing(plan.MISSED) >= 3
    assert played.after(25).doing(plan.MISSED) <= 1


def test_a_mistyped_expression_matches_nobody_until_it_is_put_right() -> None:
    played = Played("mistyped-expression").after(9)
    queue = played.names.queues["Claims"]
    state = played.engine.state
    waiting = [one for one in state.tasks.values() if one.task_queue_sid == queue]
    assert {one.assignment_status for one in waiting[-3:]} == {"pending"}
    assert played.events("reservation.created", first=0) != []
    assert offers_in(played, queue, 0, 10) == 0
    played.after(15)
    assert offers_in(played, queue, 10, 15) > 0


def offers_in(played: Played, queue: str, first: int, last: int) -> int:
    offers = played.events("reservation.created", first=first, last=last)
    return sum(one.data["task_queue_sid"] == queue for one in offers)


def test_vips_pass_everybody_who_waits() -> None:
    played = Played("vip").after(5)
    vips = played.tasks(vip=True)
    assert len(vips) >= 12
    first = {
        one.task_sid: one.data["task_priority"]
        for one in played.events("task-queue.entered")
    }
    assert {int(first[one.task_sid]) for one in vips} == {20}


def test_callbacks_keep_the_place_of_when_the_customer_called() -> None:
    played = Played("callbacks").after(10)
    tasks = played.tasks(direction="callback")
    assert len(tasks) == 12
    for one in tasks:
        since = one.ms // 1000 - int(one.data["task_virtual_start_time"])
        assert 5 * 60 <= since <= 41 * 60


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 6])
def test_transfers_go_both_ways_to_workers_and_queues_and_some_fail(seed) -> None:
    played = Played("transfers", seed).after(30)
    started = Counter(
        (one.data["transfer_type"], one.data["transfer_mode"])
        for one in played.events("task.transfer-initiated")
    )
    assert len(started) == 4
    assert sum(started.values()) == 24
    assert len(played.events("task.transfer-completed")) >= 10
    assert len(played.events("task.transfer-failed")) >= 1


def test_outbound_calls_go_straight_to_a_worker() -> None:
    played = Played("outbound").after(12)
    tasks = {one.task_sid for one in played.tasks(direction="outbound")}
    assert len(tasks) == 12
    targets = {
        one.data["task_routing_target"][:2]
        for one in played.events("task.created")
        if one.task_sid in tasks
    }
    assert targets == {"WK"}
    answered = {one.task_sid for one in played.events("reservation.accepted")}
    assert len(answered & tasks) >= 8


def test_tasks_expire_with_their_callers_still_on_the_line() -> None:
    played = Played("ttl").after(10)
    ends = Counter(one.data["reason"] for one in played.events("task.canceled"))
    assert ends["Task TTL Exceeded"] >= 10


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("midnight", "2026-01-01 23:59 CET", "2026-01-02 00:00 CET"),
        ("clock-forward", "2026-03-29 01:59 CET", "2026-03-29 03:00 CEST"),
        ("clock-back", "2026-10-25 02:59 CEST", "2026-10-25 02:00 CET"),
    ],
)
def test_a_crowd_is_there_when_the_local_clock_jumps(name, before, after) -> None:
    played = Played(name)
    lead = 15 if name == "midnight" else 30
    shown = [
        f"{datetime.fromtimestamp(ms // 1000, UTC).astimezone(MADRID):%Y-%m-%d %H:%M %Z}"
        for ms in (
            played.begins + (lead - 1) * MINUTE,
            played.begins + lead * MINUTE,
        )
    ]
    assert shown == [before, after]
    played.after(lead + 15)
    crowd = played.events("task.created", first=0, last=lead + 15)
    usual = played.events("task.created", first=-15, last=0)
    assert len(crowd) / (lead + 15) > 1.5 * len(usual) / 15
    open_then = {one.task_sid for one in played.events("task.created", last=lead)}
    later = played.events("task.completed", "task.canceled", first=lead)
    assert open_then & {one.task_sid for one in later}


@pytest.mark.parametrize("name", scripts.SCRIPTS)
def test_a_script_is_played_though_nobody_works_there(name) -> None:
    assert Played(name, workers=0).after(1).engine.state.workers == {}


@pytest.mark.parametrize(
    ("name", "begins"),
    [("clock-forward", "2026-10-03 15:00"), ("clock-back", "2026-04-04 14:30")],
)
def test_clocks_that_change_at_half_past_are_half_an_hour_away(name, begins) -> None:
    ms = scripts.named(name).begins(NOON, ZoneInfo("Australia/Lord_Howe"))
    assert f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%d %H:%M}" == begins


def test_an_unknown_script_is_refused_in_a_sentence_that_lists_the_known() -> None:
    with pytest.raises(scripts.UnknownScript) as refused:
        scripts.named("tempest")
    assert str(refused.value).startswith(
        "There is no script 'tempest'; the scripts are"
    )
    assert all(name in str(refused.value) for name in scripts.SCRIPTS)


def test_clocks_that_never_change_are_named() -> None:
    with pytest.raises(scripts.NoChange, match="Asia/Tokyo do not change"):
        scripts.named("clock-back").begins(NOON, ZoneInfo("Asia/Tokyo"))


def test_a_script_that_begins_in_months_waits_for_no_machines_clock() -> None:
    with pytest.raises(scripts.TooFarAway, match="on 29 March 2026 at 00:30 UTC"):
        scripts.judge_wait("clock-forward", NOON, MADRID)
    scripts.judge_wait("midnight", NOON, MADRID)
