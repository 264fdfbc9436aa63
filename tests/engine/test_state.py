"""Laws that hold after every command, over random days."""

import random

import pytest

from taskrouter.engine import commands
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State
from tests.builders import Centre, to, when


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


@pytest.mark.parametrize("seed", range(20))
def test_a_state_loaded_from_its_records_routes_like_the_one_that_saved_them(seed):
    state = random_day(seed).state
    records = [one for table in state.tables.values() for one in table.values()]
    again = State.load_records(records)
    assert again.waiting._at == state.waiting._at
    assert ready(again) == ready(state)
    assert {k: v for k, v in again._load.items() if v} == {
        k: v for k, v in state._load.items() if v
    }
    assert again.due.next() == state.due.next()


def ready(state: State) -> dict:
    return {place: keys for place, keys in state.members._ready.items() if keys}


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
        and (keys := state.members.ready(task.task_queue_sid, task.task_channel_sid))
    ]
    assert idle == []


def test_the_same_seed_gives_the_same_events():
    assert random_day(7).events == random_day(7).events


def test_a_refused_command_leaves_every_index_as_it_was():
    centre = random_day(3)
    before = (ready(centre.state), dict(centre.state.waiting._at))
    with pytest.raises(Refused):
        centre.do(
            commands.UpdateWorker(
                workspace_sid=centre.ws,
                sid=next(iter(centre.state.workers)),
                attributes='{"team": "zzz"}',
                activity_sid="WA0",
            )
        )
    assert (ready(centre.state), dict(centre.state.waiting._at)) == before
