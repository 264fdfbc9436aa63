"""Harbour Support as planned: its people, queues, workflows, and the shape of a day.

Everything follows from a seed and a number of workers. Hours are UTC.
"""

import json
import random
from dataclasses import dataclass
from typing import Any

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
NAME = "Harbour Support"
USUAL_WORKERS = 40
TYPES = ("billing", "claims", "returns", "technical", "sales")
READY, OFFLINE, MISSED = "Available", "Offline", "Missed call"
ACTIVITIES = ("Break", "Meal", "Meeting", "Training", MISSED)
QUEUES = {
    "Billing": "skills HAS 'billing'",
    "Claims": "skills HAS 'claims'",
    "Returns": "skills HAS 'returns'",
    "Technical": "skills HAS 'technical'",
    "Sales": "skills HAS 'sales'",
    "VIP": "level >= 4",
    "Spanish": "languages HAS 'es'",
    "Email": "skills HAS 'email'",
}
RINGING_SECONDS = {"Inbound": 20, "Messaging": 40, "Email": 120}
CAPACITY = {"voice": 1, "chat": 2, "sms": 3, "email": 1, "video": 0, "default": 1}

FIRST = (
    "Nora Tove Bram Rosa Ines Emil Lena Dana Paul Mika Hana Sven Alma Omar Yara Luis Vera"
    " Igor Anna Theo Maja Finn Zoe Kofi Elsa Ravi Nils Cora Juan Aiko Ugo Lina Tom Mara"
    " Eli Ida Pia Max Eva Noa"
).split()
LAST = (
    "Okafor Lindqvist Haas Silva Novak Marsh Kim Ortiz Wolf Aziz Roth Ito Berg Duarte Lang"
    " Moreau Keller Santos Petrov Olsen Rossi Weber Tanaka Costa Nagy Byrne Dahl Vance"
    " Quist Abbas Jonas Falk Reyes Stone Marin Hale Brandt Cruz Lowe Sato"
).split()
CUSTOMERS = (
    "Ruiz Chen Adler Bauer Diaz Evans Ferro Gomez Huber Ivers Jansen Koch".split()
)


@dataclass(frozen=True, slots=True)
class Person:
    """One agent; `begins` is the hour (UTC) at which the shift of eight hours starts."""

    name: str
    team: str
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    level: int
    begins: float
    weekends: bool
    "Whether he works on them."

    def attributes(self) -> str:
        contact = self.name.lower().replace(" ", ".")
        return json.dumps(
            {
                "full_name": self.name,
                "team": self.team,
                "skills": list(self.skills),
                "languages": list(self.languages),
                "level": self.level,
                "contact_uri": f"client:{contact}",
            }
        )


@dataclass(frozen=True, slots=True)
class Demand:
    """Customers of one kind: how many an hour at the peak, and over which channel."""

    type: str
    channel: str
    workflow: str
    at_peak: float


DEMAND = (
    *(
        Demand(type, "voice", "Inbound", rate)
        for type, rate in zip(TYPES, (34, 23, 20, 18, 15), strict=True)
    ),
    *(
        Demand(type, channel, "Messaging", rate)
        for type, rate in zip(TYPES, (7, 5, 5, 6, 4), strict=True)
        for channel in ("chat", "sms")
    ),
    Demand("email", "email", "Email", 12),
)
# The share of the peak, hour by hour: quiet nights, a peak before and after lunch.
PROFILE = (
    *(0.48, 0.46, 0.44, 0.44, 0.46, 0.5, 0.58, 0.7),
    *(0.82, 0.96, 1.0, 0.94, 0.8, 0.86, 0.96, 0.98),
    *(0.9, 0.76, 0.68, 0.62, 0.58, 0.55, 0.52, 0.5),
)
# The share of a workday's customers who come on a day of the weekend.
WEEKEND = 0.6
# How much of today's demand the last thirty days have brought.
GROWN = 0.3
SHIFT_HOURS = 8.0
# Where shifts begin, and the share of people who begin there.
SHIFTS = (
    (0.0, 0.16),
    (6.0, 0.16),
    (8.0, 0.26),
    (11.0, 0.14),
    (15.0, 0.14),
    (20.0, 0.14),
)


def people(seed: int, count: int) -> list[Person]:
    """The first forty are the same for every count above."""
    chance = random.Random(f"people {seed}")
    return [person(chance, n) for n in range(count)]


def person(chance: random.Random, n: int) -> Person:
    suffix = f" {n // len(FIRST) + 1}" if n >= len(FIRST) else ""
    name = f"{FIRST[n % len(FIRST)]} {LAST[(n * 7 + n // 40) % len(LAST)]}{suffix}"
    own = TYPES[n % len(TYPES)]
    others = chance.sample(
        [one for one in TYPES if one != own], chance.choice((1, 1, 2))
    )
    skills = (own, *others, *(("email",) if chance.random() < 0.3 else ()))
    foreign = ("es",) if chance.random() < 0.2 else ("fr",) * (chance.random() < 0.2)
    level = chance.choices((1, 2, 3, 4, 5), (2, 3, 3, 1, 1))[0]
    begins = begins_at(n) + chance.choice((-0.5, 0.0, 0.0, 0.5))
    languages, weekends = ("en", *foreign), n % 5 >= 2
    return Person(
        name, own.capitalize(), skills, languages, level, begins % 24, weekends
    )


def begins_at(n: int) -> float:
    """Spreads people over the shifts evenly, whatever their number."""
    place, total = (n * 0.618034) % 1.0, 0.0
    for hour, share in SHIFTS:
        total += share
        if place < total:
            return hour
    return SHIFTS[-1][0]


def weekend(ms: int) -> bool:
    """The first of January 1970 was a Thursday."""
    return (ms // DAY_MS + 3) % 7 >= 5


def works_on(one: Person, ms: int) -> bool:
    """Whether a shift of his may begin on that day."""
    return one.weekends or not weekend(ms)


def rate(demand: Demand, ms: int, workers: int) -> float:
    """Customers per hour at that time, fitted to the number of workers."""
    hour = ms % DAY_MS / HOUR_MS
    at, part = int(hour) % 24, hour % 1
    share = PROFILE[at] * (1 - part) + PROFILE[(at + 1) % 24] * part
    if weekend(ms):
        share *= WEEKEND
    return demand.at_peak * share * workers / USUAL_WORKERS


def growth(age_ms: int) -> float:
    """What the centre's demand was so long ago, as a share of today's."""
    return 1 - GROWN * age_ms / (30 * DAY_MS)


def customer(chance: random.Random, demand: Demand) -> dict[str, Any]:
    """A customer's attributes, as an IVR would have collected them."""
    number = f"+34600{chance.randrange(10**6):06d}"
    return {
        "type": demand.type,
        "language": "es" if chance.random() < 0.06 else "en",
        "vip": chance.random() < 0.03,
        "direction": "inbound",
        "from": number,
        "name": f"{chance.choice(FIRST)} {chance.choice(CUSTOMERS)}",
    }


def configurations(queues: dict[str, str]) -> dict[str, str]:
    """The three workflows as JSON text, leading to these queues (name to sid)."""
    return {
        "Inbound": routing(
            [
                vip(queues),
                step("Spanish", "language == 'es'", {"queue": queues["Spanish"]}),
                *(by_language(name, queues[name]) for name in list(QUEUES)[:5]),
            ],
            queues["Billing"],
        ),
        "Messaging": routing(
            [
                step(name, f"type == '{name.lower()}'", {"queue": queues[name]})
                for name in list(QUEUES)[:5]
            ],
            queues["Sales"],
        ),
        "Email": routing([], queues["Email"]),
    }


def routing(filters: list[dict[str, Any]], default: str) -> str:
    return json.dumps(
        {"task_routing": {"filters": filters, "default_filter": {"queue": default}}}
    )


def step(name: str, expression: str, *targets: dict[str, Any]) -> dict[str, Any]:
    return {
        "filter_friendly_name": name,
        "expression": expression,
        "targets": list(targets),
    }


def vip(queues: dict[str, str]) -> dict[str, Any]:
    return step(
        "VIP",
        "vip == true",
        {"queue": queues["VIP"], "priority": 20, "timeout": 30},
        {"queue": queues["Billing"], "priority": 20},
    )


def by_language(name: str, queue: str) -> dict[str, Any]:
    """First those who share the caller's language, best first; then anybody."""
    return step(
        name,
        f"type == '{name.lower()}'",
        {
            "queue": queue,
            "expression": "task.language IN worker.languages",
            "order_by": "worker.level DESC",
            "timeout": 90,
        },
        {"queue": queue, "priority": 10},
    )
