"""Who does what next: callers, agents answering, wrapping up, taking breaks.

It holds an agenda of things to ask TaskRouter at certain times, and is told what came
of them. It does not know whether time is real: `past.py` and `live.py` both ask it.
"""

import heapq
import json
import math
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from taskrouter.simulation import plan
from taskrouter.simulation.asks import Answer, Arrive, Ask, HandOver, HangUp, Move

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True, slots=True)
class Habit:
    """Seconds: until an agent answers, of talk, of wrap-up, of a customer's patience."""

    answer: float
    talk: float
    wrap: float
    patience: float | None


HABITS = {
    "voice": Habit(4, 360, 50, 210),
    "chat": Habit(8, 600, 35, 420),
    "sms": Habit(12, 480, 25, 900),
    "email": Habit(30, 420, 60, None),
}
MISSES, REJECTS = 0.025, 0.01
BREAKS = (("Break", 12), ("Break", 12), ("Meal", 30), ("Meeting", 25), ("Training", 40))


@dataclass(frozen=True, slots=True)
class Handing:
    """What a script wants of a call in hand; `to`: worker or queue."""

    mode: str
    to: str
    fails: bool


class Director:
    def __init__(
        self,
        seed: str,
        workers: int,
        speed: int = 1,
        share: Callable[[int], float] = lambda ms: 1,
    ) -> None:
        """`share`: of the usual customers, those who came at that time (ms)."""
        self.seed = seed
        self.workers = workers
        self._chance = random.Random(seed)
        self.speed = speed
        self._share = share
        self._agenda: list[tuple[int, int, Ask]] = []
        self._order = count()
        self._people: dict[str, plan.Person] = {}
        self._answered: set[str] = set()
        self._present: set[str] = set()
        self._talking: set[str] = set()
        self._lets_ring_until: dict[str, int] = {}
        self._misses: set[tuple[str, str]] = set()
        "Tasks and whom a script hands them to in vain."
        self._handings: deque[Handing] = deque()

    def begin(self, people: dict[str, plan.Person], now: int) -> None:
        """`people` by worker sid. Plans their days and the first customers."""
        self._people = people
        for sid, person in people.items():
            self.plan_day(sid, person, now)
        for demand in plan.DEMAND if self.workers else ():
            self._next_customer(demand, now)

    def next(self) -> int | None:
        """When the next thing is to be asked, ms."""
        return self._agenda[0][0] if self._agenda else None

    def take(self) -> Ask:
        ms, _, ask = heapq.heappop(self._agenda)
        if isinstance(ask, Move):
            self._goes(ask)
        return self._aimed(ask, ms) if isinstance(ask, HandOver) else ask

    def at(self, ms: float, ask: Ask) -> None:
        heapq.heappush(self._agenda, (int(ms), next(self._order), ask))

    def heard(self, ask: Ask, sid: str | None, now: int) -> None:
        """TaskRouter did it, to the resource of that sid; or refused: None."""
        match ask:
            case Arrive():
                self._arrived(ask, sid, now)
            case Answer() if sid is not None:
                self.answered(ask, now)
            case Move():
                self._moved(ask, now)
            case HandOver():
                self._handed_over(ask, sid is not None, now)
            case _:
                pass

    def _seconds(self, mean: float, spread: float = 0.6) -> float:
        """A long-tailed duration in ms of our clock; `mean` in seconds of theirs."""
        middle = math.log(mean) - spread**2 / 2
        return self._chance.lognormvariate(middle, spread) * SECOND / self.speed

    # Customers

    def _next_customer(self, demand: plan.Demand, now: int) -> None:
        rate = plan.rate(demand, now, self.workers) * self.speed * self._share(now)
        self.at(now + self._chance.expovariate(rate) * HOUR, Arrive(demand))

    def attributes_of(self, ask: Arrive) -> str:
        wishes = ask.wishes.attributes if ask.wishes else {}
        return json.dumps(plan.customer(self._chance, ask.demand) | wishes)

    def _arrived(self, ask: Arrive, task_sid: str | None, now: int) -> None:
        """A task was created (or refused: None). The next customer is on the way."""
        if ask.wishes is None:
            self._next_customer(ask.demand, now)
        if task_sid is not None and (ask.wishes is None or ask.wishes.hangs_up):
            self.waits(task_sid, ask.demand.channel, now)

    def waits(self, task_sid: str, channel: str, now: int) -> None:
        """The customer's patience begins to run."""
        patience = HABITS.get(channel, HABITS["voice"]).patience
        if patience is not None:
            until = now + self._chance.expovariate(1 / patience) * SECOND / self.speed
            self.at(until, HangUp(task_sid))

    def still_waits(self, task_sid: str) -> bool:
        """Asked when patience ends: whether nobody has answered meanwhile."""
        answered = task_sid in self._answered
        self._answered.discard(task_sid)
        return not answered

    # Agents at work

    def offered(
        self, reservation: str, task: str, worker: str, channel: str, now: int
    ) -> None:
        """It rings at an agent; he answers, rejects or misses it."""
        if worker not in self._people:
            return
        habit = HABITS.get(channel, HABITS["voice"])
        if self._lets_ring_until.get(worker, 0) > now:
            self._miss(worker, self._lets_ring_until[worker])
            return
        if (task, worker) in self._misses:
            self._misses.discard((task, worker))
            self._miss(worker, now)
            return
        dice = self._chance.random()
        if dice < MISSES and channel == "voice":
            self._miss(worker, now)
            return
        status = "rejected" if dice < MISSES + REJECTS else "accepted"
        ask = Answer(reservation, task, worker, channel, status)
        self.at(now + self._seconds(habit.answer, 0.4), ask)

    def _miss(self, worker: str, since: int) -> None:
        """It rings out, and some time later he notices."""
        self._present.discard(worker)
        back = since + (plan.RINGING_SECONDS["Inbound"] + 60) * SECOND / self.speed
        self.at(back + self._seconds(60), Move(worker, plan.READY))

    def answered(self, ask: Answer, now: int) -> None:
        """TaskRouter took the answer, now or before we looked; what follows it?"""
        habit = HABITS.get(ask.channel, HABITS["voice"])
        if ask.status == "accepted":
            self._answered.add(ask.task_sid)
            self._talking.add(ask.worker_sid)
            talk = now + self._seconds(habit.talk)
            if not self._hands_over(ask, (now + talk) / 2, now):
                self.at(talk, follow(ask, "wrapping"))
        elif ask.status == "wrapping":
            self.at(now + self._seconds(habit.wrap), follow(ask, "completed"))
        else:
            self._talking.discard(ask.worker_sid)

    # Agents in a script

    def team(self, name: str) -> list[str]:
        return [sid for sid, person in self._people.items() if person.team == name]

    def present(self) -> list[str]:
        return [sid for sid in self._people if sid in self._present]

    def let_ring(self, workers: list[str], until: int) -> None:
        """They answer nothing before `until`."""
        self._lets_ring_until.update(dict.fromkeys(workers, until))

    def hand_over(self, handing: Handing) -> None:
        """The next call that is answered is handed over so."""
        self._handings.append(handing)

    def _hands_over(self, ask: Answer, ms: float, now: int) -> bool:
        if not self._handings or ask.channel != "voice":
            return False
        handing = self._handings.popleft()
        to = ""
        if handing.to == "queue":
            to = self._chance.choice(plan.TYPES).capitalize()
        self.at(ms, HandOver(ask, to, handing.mode, handing.fails))
        return True

    def _aimed(self, ask: HandOver, now: int) -> HandOver:
        """At whom it is handed to is looked who is there just then, best with no call."""
        others = [
            one
            for one in self.present()
            if one != ask.answer.worker_sid and self._lets_ring_until.get(one, 0) <= now
        ]
        free = [one for one in others if one not in self._talking] or others
        if ask.to or not free:
            return ask
        to = self._chance.choice(free)
        if ask.fails:
            self._misses.add((ask.answer.task_sid, to))
        return replace(ask, to=to)

    def _handed_over(self, ask: HandOver, done: bool, now: int) -> None:
        """Cold, TaskRouter has begun his wrap-up; else he talks on, to both or alone."""
        habit = HABITS.get(ask.answer.channel, HABITS["voice"])
        if done and ask.mode == "COLD":
            self.at(now + self._seconds(habit.wrap), follow(ask.answer, "completed"))
        else:
            rest = self._seconds(habit.talk / 2)
            self.at(now + rest, follow(ask.answer, "wrapping"))

    # Agents and their day

    def plan_day(self, worker: str, person: plan.Person, now: int) -> None:
        """From the next start of his shift (or now, if he should be here) to its end."""
        midnight = now - now % DAY
        begins = midnight + int(person.begins * HOUR)
        if begins + plan.SHIFT_HOURS * HOUR <= now:
            begins += DAY
        elif begins - DAY + plan.SHIFT_HOURS * HOUR > now:
            begins -= DAY
        while not plan.works_on(person, begins):
            begins += DAY
        late = self._chance.uniform(0, 6) * MINUTE
        ends = begins + plan.SHIFT_HOURS * HOUR + self._chance.uniform(0, 5) * MINUTE
        self.at(
            max(now + self._chance.uniform(0, 2000), begins + late),
            Move(worker, plan.READY),
        )
        self.at(ends, Move(worker, plan.OFFLINE))
        self._plan_breaks(worker, begins, ends, now)

    def _plan_breaks(self, worker: str, begins: float, ends: float, now: int) -> None:
        breaks = [*BREAKS[:3], *self._chance.sample(BREAKS[3:], 1)]
        self._chance.shuffle(breaks)
        gap = (ends - begins) / (len(breaks) + 1)
        for n, (activity, minutes) in enumerate(breaks, start=1):
            start = begins + gap * n + self._chance.uniform(-20, 20) * MINUTE
            back = start + self._chance.uniform(0.8, 1.3) * minutes * MINUTE
            if start > now:
                self.at(start, Move(worker, activity))
                self.at(back, Move(worker, plan.READY))

    def _goes(self, ask: Move) -> None:
        """Noted before it is asked: what then rings at him at once, he may miss."""
        if ask.activity == plan.READY:
            self._present.add(ask.worker_sid)
        else:
            self._present.discard(ask.worker_sid)

    def _moved(self, ask: Move, now: int) -> None:
        """The end of a shift is when the next one is planned."""
        if ask.activity == plan.OFFLINE and ask.worker_sid in self._people:
            person = self._people[ask.worker_sid]
            self.plan_day(ask.worker_sid, person, now + HOUR)


def follow(ask: Answer, status: str) -> Answer:
    return Answer(
        ask.reservation_sid, ask.task_sid, ask.worker_sid, ask.channel, status
    )
