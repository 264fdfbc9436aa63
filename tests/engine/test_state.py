"""Laws that hold after every command, over random days."""

import random

import msgspec
import pytest

from taskrouter.engine import commands, known, matching
from taskrouter.engine.records import KINDS, RESERVATION_LIVE, TASK_WAITING, Task
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State
from taskrouter.engine.turn import Turn
from tests.builders import Centre, to, when
from tests.engine_picture import picture, ready
from tests.random_days import HAPPENINGS, live


def random_day(seed: int, steps: int = 150) -> Centre:
    """A centre after random commands; time passes between them."""
    chance = random.Random(seed)
    centre = Centre(seed)
    a = centre.queue("A", "team == 'a' OR team == 'both'", max_reserved_workers=2)
    b = centre.queue("B", "team IN ['b', 'both']")
    flow = centre.workflow(
        when("kind == 'a'", to(a, timeout=20), to(b, timeout=60, priority=3)),
        default=b,
        task_reservation_timeout=15,
    )
    people = [
        centre.worker(f"W{n}", team=chance.choice(["a", "b", "both"])) for n in range(6)
    ]
    for _ in range(steps):
        try:
            random_step(centre, chance, flow, people)
        except Refused:
            continue
        centre.pass_time(chance.expovariate(0.2))
    return centre


def random_step(centre, chance, flow, people):
    reservations = list(centre.state.reservations.values())
    tasks = list(centre.state.tasks.values())
    step = chance.randrange(8)
    if step < 3 or not tasks or not reservations:
        channel = chance.choice(["voice", "chat"])
        centre.task(
            flow, task_channel=channel, attributes={"kind": chance.choice("ab")}
        )
    elif step < 6:
        one = chance.choice(reservations)
        status = chance.choice(
            ["accepted", "accepted", "rejected", "wrapping", "completed"]
        )
        centre.do(
            commands.UpdateReservation(
                workspace_sid=centre.ws, sid=one.sid, reservation_status=status
            )
        )
    elif step < 7:
        centre.end(chance.choice(tasks), chance.choice(["canceled", "completed"]))
    else:
        worker = centre.now_of(chance.choice(people))
        centre.set_activity(
            worker, chance.choice(["Available", "Offline", "Available"])
        )


def reloaded(state: State) -> State:
    """The state that a restart would make of its records, as they are saved."""
    return State.load_records(
        msgspec.json.decode(msgspec.json.encode(one), type=KINDS[kind])
        for kind, table in state.tables.items()
        for one in table.values()
    )


@pytest.mark.parametrize("seed", range(20))
def test_a_state_loaded_from_its_records_routes_like_the_one_that_saved_them(seed):
    for nth, (centre, what) in enumerate(live(seed)):
        if nth % 5 == 0:
            assert picture(reloaded(centre.state)) == picture(centre.state), what


@pytest.mark.parametrize("happening", HAPPENINGS, ids=lambda one: one.__name__)
def test_after_every_kind_of_command_a_reload_changes_nothing(happening):
    done = 0
    for seed in range(100, 400):
        for centre, what in live(seed, 40):
            if what == happening.__name__:
                assert picture(reloaded(centre.state)) == picture(centre.state)
                done += 1
        if done >= 5:
            return
    raise AssertionError("too rare to be proven")


@pytest.mark.parametrize("seed", range(20))
def test_whoever_could_take_a_task_that_waits_is_being_offered_it(seed):
    for centre, what in live(seed):
        for task in centre.state.tasks.values():
            assert could_take(centre, task) == [], (what, task)


def could_take(centre: Centre, task: Task) -> list[str]:
    """Who has room for a task that waits or rings at too few, and is not asked."""
    turn = Turn(centre.state, centre.now, centre.sids, commands.Source())
    if task.assignment_status not in TASK_WAITING:
        return []
    ringing = centre.state.offers.ringing(task.sid)
    if ringing and known.the_one(centre.state, task) is not None:
        return []
    most = matching.most_reserved(turn, task) - ringing
    return matching.candidates(turn, task, matching.target_of(turn, task), most)


@pytest.mark.parametrize("seed", range(20))
def test_a_task_is_what_its_reservations_say(seed):
    for centre, what in live(seed):
        for task in centre.state.tasks.values():
            held = {
                one.reservation_status
                for one in centre.state.reservations_of_task(task.sid)
            }
            status = task.assignment_status
            assert (status == "reserved") == ("pending" in held), what
            assert status != "assigned" or "accepted" in held, what
            ended = status in ("completed", "canceled")
            assert not ended or not held & RESERVATION_LIVE, what


@pytest.mark.parametrize("seed", range(20))
def test_no_worker_holds_more_than_his_capacity(seed):
    state = random_day(seed).state
    over = [
        channel
        for channel in state.worker_channels.values()
        if state.load(channel.worker_sid, channel.task_channel_sid)
        > channel.configured_capacity
    ]
    assert over == []


@pytest.mark.parametrize("seed", range(20))
def test_nobody_with_room_is_left_idle_while_a_task_he_matches_waits(seed):
    state = random_day(seed).state
    idle = [
        (task.sid, keys[0])
        for task in state.tasks.values()
        if task.assignment_status == "pending"
        and (keys := list(ready(state)[task.task_queue_sid, task.task_channel_sid]))
    ]
    assert idle == []


def test_the_same_seed_gives_the_same_events():
    assert random_day(7).events == random_day(7).events


def test_a_refused_command_leaves_every_index_as_it_was():
    centre = random_day(3)
    before = picture(centre.state)
    with pytest.raises(Refused):
        centre.do(
            commands.UpdateWorker(
                workspace_sid=centre.ws,
                sid=next(iter(centre.state.workers)),
                attributes='{"team": "zzz"}',
                activity_sid="WA0",
            )
        )
    assert picture(centre.state) == before
