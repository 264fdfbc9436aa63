"""What holds at every offer, after every step and over a whole day."""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from taskrouter.engine import explain_task, explain_workers, matching
from taskrouter.engine.events import Event
from taskrouter.engine.lifecycle import next_due
from taskrouter.engine.moment import Look
from taskrouter.engine.records import (
    KIND_OF,
    KINDS,
    RESERVATION_LIVE,
    TASK_LIVE,
    Record,
    Reservation,
    Task,
)
from taskrouter.engine.state import State
from tests.builders import Centre
from tests.engine.plain_census import judge_census
from tests.engine.plain_idle import judge_idle
from tests.engine.plain_model import PlainModel
from tests.engine.plain_way import CANCELED, Way, place_of
from tests.engine_picture import picture
from tests.random_days import Day, live

RELOAD_EVERY = 20
EXPLAINED_EVERY = 4
ENDS = ("task.completed", "task.canceled", "task.deleted", "task.system-deleted")


class Watched(State):
    """Judges each change before it is made."""

    def __init__(self) -> None:
        super().__init__()
        self.driven: dict[str, None] = {}
        "Tasks that are to go through their workflow anew."

    def put(self, record: Record) -> None:
        old = self.tables[KIND_OF[type(record)]].get(record.sid)
        if old is None and isinstance(record, Reservation):
            judge_offer(self, record)
        elif isinstance(record, Reservation | Task):
            judge_end(old, record)
        if isinstance(old, Task) and isinstance(record, Task):
            judge_step(self, old, record)
            if is_driven(old, record):
                self.driven[record.sid] = None
        super().put(record)


def judge_offer(state: State, offer: Reservation) -> None:
    """The plain model offers this worker this task too, and no other."""
    model = PlainModel(state.tables, offer.date_created)
    worker, task = state.workers[offer.worker_sid], state.tasks[offer.task_sid]
    assert model.can_take(worker, task), "offered to somebody who cannot take it"
    best, first = model.best_worker(task), model.first_task(worker)
    assert best.sid == worker.sid, "somebody else comes before this worker"
    assert first.sid == task.sid, "another task comes before this one"
    look = Look(state, offer.date_created)
    target = matching.target_of(look, task)
    against = set(matching.hindrances(look, task, target, worker.sid))
    if not model.ringing(task):
        # It is said to ring a moment before it does.
        against.discard("target_over")
    assert against == set(), "offered to somebody who is told he cannot have it"


def judge_end(old: Record | None, new: Reservation | Task) -> None:
    """What has ended stays so; what times out does so at its time."""
    if isinstance(old, Task) and isinstance(new, Task):
        ended = old.assignment_status not in TASK_LIVE
        assert not ended or old.assignment_status == new.assignment_status
    if isinstance(old, Reservation) and isinstance(new, Reservation):
        ended = old.reservation_status not in RESERVATION_LIVE
        assert not ended or old.reservation_status == new.reservation_status
        if new.reservation_status == "timeout" and not ended:
            assert new.date_updated == new.timeout_at, "not at its time"


def judge_step(state: State, old: Task, new: Task) -> None:
    """It goes where the plain way leads: from the start or, its time over, onwards."""
    if old.assignment_status != "pending" or old.transfer_sid or new.transfer_sid:
        return
    if new.reason in CANCELED.values():
        assert new.reason in {one.end() for one in ways(state, old, new.date_updated)}
    elif new.filter_at is not None and step_of(old) != step_of(new):
        ends = {one.end() for one in ways(state, old, new.date_updated)}
        assert place_of(new) in ends, "another step comes first"


def step_of(task: Task) -> tuple[object, ...]:
    return task.configuration_version, task.filter_at, task.target_at


def ways(state: State, task: Task, now: int) -> Iterator[Way]:
    model = PlainModel(state.tables, now)
    over = task.target_ends is not None and task.target_ends <= now
    if over and task.filter_at is not None:
        begin = task.filter_at, task.target_at + 1
        document = model.configuration(task)
        yield Way(model, task, task.configuration_version, document, begin)
    if not over or task.date_updated == now:
        yield from_the_start(model, task)


def from_the_start(model: PlainModel, task: Task) -> Way:
    flow = model.tables["workflow"][task.workflow_sid]
    return Way(model, task, flow.configuration_version, flow.configuration)


def is_driven(old: Task, new: Task) -> bool:
    """New attributes, or the end of all its offers, drive it from the first filter on."""
    straight = new.routing_target and not new.routing_target.startswith("WW")
    if new.assignment_status != "pending" or new.transfer_sid or straight:
        return False
    changed = old.attributes != new.attributes
    return old.assignment_status == "reserved" or changed


def judge_driven(state: Watched, now: int) -> None:
    """Where no skip_if has a say, the way depends on attributes and age alone."""
    driven, state.driven = state.driven, {}
    for task in (state.tasks.get(sid) for sid in driven):
        if task is None or task.assignment_status != "pending" or task.transfer_sid:
            continue
        way = from_the_start(PlainModel(state.tables, now), task)
        end = way.end()
        if task.configuration_version == way.version and not way.asked:
            assert not isinstance(end, str), "it should have been canceled"
            assert place_of(task).step == end.step, "it was not driven anew"


def judge_rest(centre: Centre) -> None:
    """Nothing waits that somebody could take, and nothing due is left."""
    model = PlainModel(centre.state.tables, centre.now)
    for worker in centre.state.workers.values():
        assert model.first_task(worker) is None, "a task waits for nothing"
    due = next_due(centre.state)
    assert due is None or due >= centre.now, "a timer was missed"


def judge_explanations(centre: Centre) -> None:
    """Who rings is told so, and nobody that he could take what waits."""
    look, model = (
        Look(centre.state, centre.now),
        PlainModel(centre.state.tables, centre.now),
    )
    for task in model.waiting():
        workers = list(centre.state.inside(task.workspace_sid, "worker"))
        seen = explain_task.see(look, task, workers)
        ringing = {one.worker_sid for one in model.ringing(task)}
        for worker, one in zip(workers, seen.workers, strict=True):
            told = explain_workers.told(one)
            assert (told.verdict == "offered") == (worker.sid in ringing)
            assert told.verdict != "next", "told that he could take what waits"
            assert told.verdict != "not_offered" or told.reasons, "not told why"
            assert not model.can_take(worker, task)
        judge_way(seen)


def judge_lines(centre: Centre) -> None:
    """The place in line that is told is the plain model's."""
    look, model = (
        Look(centre.state, centre.now),
        PlainModel(centre.state.tables, centre.now),
    )
    places = defaultdict(list)
    for task in model.rows("task", assignment_status="pending"):
        queue = None if task.past_queue else task.task_queue_sid
        places[queue or task.only_worker_sid].append(task)
    for tasks in places.values():
        tasks.sort(key=lambda task: model.turn_of(None, task))
        told = [explain_task.see(look, task, []).line for task in tasks]
        assert told == [
            explain_task.Line(at, len(tasks)) for at in range(1, len(tasks) + 1)
        ]


def judge_way(seen: explain_task.Seen) -> None:
    """A task that waits in a step is told to be there, in a filter that it came by."""
    told = [one for filter in explain_task.filters(seen) for one in filter.targets]
    default = explain_task.default_filter(seen)
    here = [one for one in [*told, default] if one and one.progress == "here"]
    expected = 0 if seen.task.filter_at is None else 1
    assert len(here) == expected
    assert all(one.queue_sid == seen.task.task_queue_sid for one in here)


def judge_reload(state: State) -> None:
    saved = [
        msgspec.json.decode(msgspec.json.encode(one), type=KINDS[kind])
        for kind, table in state.tables.items()
        for one in table.values()
    ]
    assert picture(State.load_records(saved)) == picture(state)


def judge_whole(state: State) -> None:
    """What a record cannot be without is there, and nothing of who is gone."""
    for own in state.worker_channels.values():
        assert {own.worker_sid} <= state.workers.keys()
        assert {own.task_channel_sid} <= state.task_channels.keys()
    for offer in state.reservations.values():
        assert {offer.task_sid} <= state.tasks.keys()
    for transfer in state.transfers.values():
        assert {transfer.task_sid} <= state.tasks.keys()
    assert state.members._ranks.keys() <= state.workers.keys(), "kept for nobody"


def judge_log(centre: Centre) -> None:
    """Causes come before effects, and no task is lost between the log and the state."""
    by_task, by_reservation = defaultdict(list), defaultdict(list)
    for event in centre.events:
        by_task[event.task_sid].append(event.type)
        by_reservation[event.data.get("reservation_sid", "")].append(event)
    del by_task[""], by_reservation[""]
    times = [event.ms for event in centre.events]
    assert times == sorted(times)
    for types in by_task.values():
        judge_order_of_task(types)
    for events in by_reservation.values():
        judge_order_of_reservation(events)
    going = {sid for sid, types in by_task.items() if not set(types) & set(ENDS)}
    tasks = centre.state.tasks.values()
    assert going == {one.sid for one in tasks if one.assignment_status in TASK_LIVE}


def judge_told(centre: Centre) -> None:
    """What events last said of a task, it is: whoever follows them alone is not misled."""
    last = {event.task_sid: event.data for event in centre.events if event.task_sid}
    for task in centre.state.tasks.values():
        told, queue_sid = last[task.sid], task.task_queue_sid
        assert told["task_priority"] == str(task.priority)
        assert told["task_attributes"] == task.attributes
        assert told["task_channel_sid"] == task.task_channel_sid
        # A reservation tells the queue that it was made in.
        if queue_sid in centre.state.task_queues and "reservation_sid" not in told:
            assert told["task_queue_sid"] == queue_sid


def judge_order_of_task(types: list[str]) -> None:
    assert types[0] == "task.created"
    assert types.count("task.created") == 1
    assert types.count("task.completed") + types.count("task.canceled") <= 1
    offers = [at for at, type in enumerate(types) if type == "reservation.created"]
    if offers and "workflow.entered" in types:
        assert types.index("task-queue.entered") < offers[0]


def judge_order_of_reservation(events: list[Event]) -> None:
    """Created, perhaps accepted, perhaps wrapped up, then one end: each once."""
    types = [event.type.removeprefix("reservation.") for event in events]
    way = ["created", "accepted", "wrapup", "completed"]
    assert types[0] == "created"
    assert len(set(types)) == len(types)
    known = [type for type in types if type in way]
    assert known == sorted(known, key=way.index)
    assert "wrapup" not in types or "accepted" in types
    assert "completed" not in types or "accepted" in types


def live_by_the_laws(seed: int, steps: int = 120) -> Centre:
    """A random day in which every law is asked at every step."""
    state = Watched()
    centre = Centre(seed, state=state)
    for nth, _ in enumerate(live(seed, steps, Day(seed, centre))):
        judge_rest(centre)
        judge_driven(state, centre.now)
        if nth % RELOAD_EVERY == 0:
            judge_reload(centre.state)
            judge_whole(centre.state)
            judge_census(centre.state, centre.now)
            judge_idle(centre)
            judge_told(centre)
        if nth % EXPLAINED_EVERY == 0:
            judge_explanations(centre)
            judge_lines(centre)
    judge_reload(centre.state)
    judge_log(centre)
    return centre
