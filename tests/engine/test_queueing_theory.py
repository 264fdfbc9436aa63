"""Poisson arrivals and exponential handling wait as long as Erlang's formula says."""

import heapq
import math
import random
import statistics

import pytest

from tests.builders import Centre

WORKERS, HANDLING_SECONDS = 5, 180.0
TASKS, WARM_UP, BATCHES = 8_000, 500, 20
T_99 = 2.861
"Student's t for 19 degrees of freedom: 99 of 100 intervals hold the mean."


def erlang_c(load: float) -> tuple[float, float]:
    """The share that waits, and the mean wait of all in seconds, at that occupancy."""
    offered = load * WORKERS
    busy = offered**WORKERS / math.factorial(WORKERS) / (1 - load)
    others = sum(offered**n / math.factorial(n) for n in range(WORKERS))
    waits = busy / (others + busy)
    return waits, waits * HANDLING_SECONDS / (WORKERS * (1 - load))


def waits_of(load: float, seed: int) -> list[float]:
    """Seconds from creation to acceptance of each task, in order of arrival."""
    chance = random.Random(seed)
    centre = Centre(seed)
    workflow = centre.workflow(default=centre.queue())
    for n in range(WORKERS):
        centre.worker(f"W{n}")
    every = HANDLING_SECONDS / WORKERS / load
    created: dict[str, float] = {}
    accepted: dict[str, float] = {}
    clock, seen = 0.0, len(centre.events)
    due: list[tuple[float, int, str]] = [(chance.expovariate(1 / every), 0, "")]
    start = centre.now
    while due:
        clock, n, task = heapq.heappop(due)
        centre.now = start + round(clock * 1000)
        if task:
            centre.end(centre.state.tasks[task], "completed")
        else:
            created[centre.task(workflow, timeout=1_209_600).sid] = clock
            if len(created) < TASKS:
                soon = clock + chance.expovariate(1 / every)
                heapq.heappush(due, (soon, n + 1, ""))
        for event in centre.events[seen:]:
            if event.type == "reservation.created":
                centre.answer(centre.state.tasks[event.task_sid])
                accepted[event.task_sid] = clock
                ends = clock + chance.expovariate(1 / HANDLING_SECONDS)
                heapq.heappush(due, (ends, n, event.task_sid))
        centre.events.clear()
        centre.decisions.clear()
        seen = 0
    return [accepted[sid] - at for sid, at in created.items()][WARM_UP:]


def interval(values: list[float]) -> tuple[float, float]:
    """Of the mean, by the means of batches: neighbours are not independent."""
    size = len(values) // BATCHES
    means = [
        statistics.fmean(values[n * size : (n + 1) * size]) for n in range(BATCHES)
    ]
    around = T_99 * statistics.stdev(means) / math.sqrt(BATCHES)
    return statistics.fmean(means) - around, statistics.fmean(means) + around


@pytest.mark.parametrize("load", [0.5, 0.7, 0.85])
def test_tasks_wait_as_queueing_theory_says(load: float) -> None:
    waits = waits_of(load, seed=round(load * 100))
    share, mean = erlang_c(load)
    low, high = interval([float(wait > 0.001) for wait in waits])
    assert low <= share <= high
    low, high = interval(waits)
    assert low <= mean <= high
