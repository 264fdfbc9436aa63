"""Scripts: what may go wrong, or come all at once, in a contact centre, by name.

A script plans on the director's agenda what its people ask for. It draws from a chance
of its own, so that the same seed asks for the same things whatever else goes on.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from taskrouter.simulation import plan
from taskrouter.simulation.asks import Arrive, Cue, Move, Retarget, Wishes
from taskrouter.simulation.director import HOUR, MINUTE, SECOND, Director, Handing

MISTYPED = "skils HAS 'claims'"
LONGEST_WAIT_MS = 36 * HOUR
"Nobody waits longer for a script on the machine's clock."


@dataclass(frozen=True, slots=True)
class Stage:
    """A script's own chance, the centre it is played in, and when it begins (ms)."""

    chance: random.Random
    director: Director
    now: int

    def at(self, ms: float, ask: Arrive | Move | Retarget) -> None:
        self.director.at(self.now + ms, ask)

    def arrivals(self, demand: plan.Demand, extra: float, until: float) -> None:
        """So many times the ordinary customers of that kind, beside the ordinary ones."""
        ms = 0.0
        while self.director.workers:
            now, director = int(self.now + ms), self.director
            rate = plan.rate(demand, now, director.workers) * extra * director.speed
            ms += self.chance.expovariate(rate) * HOUR
            if ms >= until:
                return
            self.at(ms, Arrive(demand, Wishes()))

    def spread(self, count: int, span: float) -> Iterator[float]:
        """So many moments (ms) within the span, in order."""
        yield from sorted(self.chance.uniform(0, span) for _ in range(count))

    def some(self, workers: list[str], count: int) -> list[str]:
        return self.chance.sample(workers, min(count, len(workers)))


@dataclass(frozen=True, slots=True)
class Script:
    sentence: str
    play: Callable[[Stage], None]
    begins: Callable[[int, ZoneInfo], int] = lambda now, zone: now
    "When (ms) it begins if it is asked for now."


class CannotPlay(Exception):
    """Why a script is not played, in a sentence."""


class UnknownScript(CannotPlay):
    """No script has that name; says which there are."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no script {name!r}; the scripts are {', '.join(SCRIPTS)}."
        )


def named(name: str) -> Script:
    """Raises UnknownScript."""
    if name not in SCRIPTS:
        raise UnknownScript(name)
    return SCRIPTS[name]


class TooFarAway(CannotPlay):
    """It begins long after now, and this clock is the machine's."""

    def __init__(self, name: str, begins: int) -> None:
        when = datetime.fromtimestamp(begins // SECOND, UTC)
        super().__init__(
            f"{name} begins on {when:%-d %B %Y at %H:%M} UTC; start with --clock=tests"
            " and move the clock there."
        )


def judge_wait(name: str, now: int, zone: ZoneInfo) -> None:
    """Raises CannotPlay where the machine's clock would be too slow."""
    begins = named(name).begins(now, zone)
    if begins - now > LONGEST_WAIT_MS:
        raise TooFarAway(name, begins)


def plan_to_play(name: str, director: Director, now: int, zone: ZoneInfo) -> int:
    """Puts the script on the agenda; when (ms) it begins. Raises CannotPlay."""
    begins = named(name).begins(now, zone)
    director.at(begins, Cue(name))
    return begins


def play(cue: Cue, director: Director, now: int) -> None:
    chance = random.Random(f"script {cue.script} {director.seed}")
    SCRIPTS[cue.script].play(Stage(chance, director, now))


# What they do

VOICE = {one.type: one for one in plan.DEMAND if one.channel == "voice"}


def storm(stage: Stage) -> None:
    for demand in plan.DEMAND:
        stage.arrivals(demand, 3, 20 * MINUTE)


def missed_offers(stage: Stage) -> None:
    """Its customers go on ringing: enough of them for everybody to miss one."""
    team = stage.director.team("Billing")
    stage.director.let_ring(team, stage.now + 10 * MINUTE)
    for ms in stage.spread(3 * len(team), 8 * MINUTE):
        stage.at(ms, Arrive(VOICE["billing"], Wishes()))


def mistyped_expression(stage: Stage) -> None:
    stage.at(0, Retarget("Claims", MISTYPED))
    for ms in stage.spread(5, 8 * MINUTE):
        stage.at(ms, Arrive(VOICE["claims"], Wishes({"language": "en", "vip": False})))
    stage.at(10 * MINUTE, Retarget("Claims", plan.QUEUES["Claims"]))


def vip(stage: Stage) -> None:
    for ms in stage.spread(12, 3 * MINUTE):
        type = stage.chance.choice(plan.TYPES)
        stage.at(ms, Arrive(VOICE[type], Wishes({"vip": True})))


def callbacks(stage: Stage) -> None:
    for ms in stage.spread(12, 10 * MINUTE):
        type = stage.chance.choice(plan.TYPES)
        waited = stage.chance.randrange(5 * 60, 40 * 60)
        wishes = Wishes(
            {"direction": "callback", "vip": False},
            waits_since_seconds=waited,
            hangs_up=False,
        )
        stage.at(ms, Arrive(VOICE[type], wishes))


def transfers(stage: Stage) -> None:
    """Every fourth goes to somebody who lets it ring, so that it fails."""
    ways = [(mode, to) for to in ("worker", "queue") for mode in ("WARM", "COLD")]
    for n in range(24):
        mode, to = ways[n % len(ways)]
        stage.director.hand_over(Handing(mode, to, fails=to == "worker" and n % 8 >= 4))
    for ms in stage.spread(24, 10 * MINUTE):
        type = stage.chance.choice(plan.TYPES)
        stage.at(ms, Arrive(VOICE[type], Wishes({"vip": False})))


def outbound(stage: Stage) -> None:
    for ms in stage.spread(12, 10 * MINUTE):
        agents = stage.director.present()
        for worker in stage.some(agents, 1):
            wishes = Wishes(
                {"direction": "outbound", "vip": False},
                worker_sid=worker,
                hangs_up=False,
            )
            stage.at(ms, Arrive(VOICE["sales"], wishes))


def ttl(stage: Stage) -> None:
    """More callers in Spanish than speak it, and each task lives for half a minute."""
    wishes = Wishes({"language": "es", "vip": False}, ttl_seconds=30, hangs_up=False)
    for ms in stage.spread(40, 2 * MINUTE):
        stage.at(ms, Arrive(VOICE[stage.chance.choice(plan.TYPES)], wishes))


def crowd(span: float) -> Callable[[Stage], None]:
    """Three times the customers all the while."""

    def play(stage: Stage) -> None:
        for demand in plan.DEMAND:
            stage.arrivals(demand, 2, span)

    return play


# When they begin


def before_midnight(now: int, zone: ZoneInfo) -> int:
    """A quarter before the next end of a local day that is so far away."""
    local = datetime.fromtimestamp((now + 15 * MINUTE - 1) // SECOND, zone)
    return midnight(local.date() + timedelta(days=1), zone) - 15 * MINUTE


def midnight(day: date, zone: ZoneInfo) -> int:
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    return int(start.timestamp()) * SECOND


def before_change(forward: bool) -> Callable[[int, ZoneInfo], int]:
    def begins(now: int, zone: ZoneInfo) -> int:
        """Half an hour before the clocks next go forward, or back.

        Everywhere they do so at a whole or half hour of UTC.
        """
        half = 30 * MINUTE
        first = -(-(now + half) // half) * half
        for ms in range(first, first + 400 * 24 * HOUR, half):
            change = offset(ms, zone) - offset(ms - half, zone)
            if change and (change > timedelta(0)) == forward:
                return ms - half
        raise NoChange(zone)

    return begins


class NoChange(CannotPlay):
    """The clocks of that zone stay as they are."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__(
            f"The clocks of {zone.key} do not change; set SIMULATION_ZONE to a zone"
            " whose clocks do."
        )


def offset(ms: int, zone: ZoneInfo) -> timedelta:
    return datetime.fromtimestamp(ms // SECOND, UTC).astimezone(zone).utcoffset() or (
        timedelta(0)
    )


SCRIPTS = {
    "storm": Script("Four times the customers for 20 minutes.", storm),
    "missed-offers": Script(
        "Team Billing lets it ring for 10 minutes, and each who does is moved to"
        " Missed call.",
        missed_offers,
    ),
    "mistyped-expression": Script(
        "Queue Claims asks for `skils` and matches nobody, until it is put right after"
        " 10 minutes.",
        mistyped_expression,
    ),
    "vip": Script("Twelve VIPs in three minutes, who pass everybody.", vip),
    "callbacks": Script(
        "Twelve customers are called back, and keep the place of when they called.",
        callbacks,
    ),
    "transfers": Script(
        "24 calls are handed over, warm and cold, to workers and to queues; some fail.",
        transfers,
    ),
    "outbound": Script(
        "Twelve calls that agents make: each goes straight to a worker.", outbound
    ),
    "ttl": Script(
        "40 callers in Spanish whose tasks live half a minute: many expire with the"
        " caller still on the line.",
        ttl,
    ),
    "midnight": Script(
        "Three times the customers from a quarter before to a quarter after the next"
        " local midnight.",
        crowd(30 * MINUTE),
        before_midnight,
    ),
    "clock-forward": Script(
        "Three times the customers, from half an hour before the clocks next go"
        " forward to an hour after.",
        crowd(90 * MINUTE),
        before_change(forward=True),
    ),
    "clock-back": Script(
        "Three times the customers, from half an hour before the clocks next go back"
        " until the hour that comes twice is over.",
        crowd(90 * MINUTE),
        before_change(forward=False),
    ),
}
