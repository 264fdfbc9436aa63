"""P9: a 15-minute statistic of the built-in TaskRouter with ten times the history.

SQLite. What is read is counted in steps of the database's virtual machine, so that it can
be compared exactly; the time it takes is printed beside it.
"""

import os
import statistics
import tempfile
from collections.abc import Callable
from typing import Any

DAYS = int(os.environ.get("BENCH_DAYS", "10"))
WORKERS = 40
NOW = 1_767_283_200_000  # 16:00 UTC
DAY_MS, WINDOW_MS = 86_400_000, 900_000
ACCOUNT_SID = "AC" + "7" * 32
Question = Callable[[], Any]


def main() -> None:
    os.environ["SIGNALBOX_VAR"] = tempfile.mkdtemp(prefix="signalbox-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", database="taskrouter", verbosity=0)
    history = Played(DAYS, WORKERS)
    print(f"P9  {history.events:,} events of {DAYS} days, then of the last alone")
    long = {name: measured(one) for name, one in history.questions().items()}
    history.forget(NOW - DAY_MS)
    short = {name: measured(one) for name, one in history.questions().items()}
    for name, (steps, ms) in long.items():
        once, once_ms = short[name]
        print(
            f"    {name:<9} {steps:>7,} steps, {once:>7,}: ratio {steps / once:.2f}"
            f" (goal 1.00); {ms:.1f} ms, {once_ms:.1f} ms"
        )


def measured(question: Question) -> tuple[int, float]:
    from bench import ratio

    steps = steps_of(question)
    rounds = [ratio.seconds(question) * 1000 for _ in range(ratio.ROUNDS)]
    return steps, statistics.median(rounds)


def steps_of(question: Question) -> int:
    """How much the database does to answer: each row read is a number of steps."""
    from django.db import connections

    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    database = connections["taskrouter"]
    database.ensure_connection()
    database.connection.set_progress_handler(count, 1)
    try:
        question()
    finally:
        database.connection.set_progress_handler(None, 1)
    return steps


class Played:
    """A contact centre with so many days behind it, in the database."""

    def __init__(self, days: int, workers: int) -> None:
        from taskrouter import store
        from taskrouter.simulation import past

        self.state, events, self.ws = past.play(ACCOUNT_SID, 1, workers, days, NOW)
        self.events, self.first = len(events), events[0].ms
        store.import_past(self.state, events)

    def questions(self) -> dict[str, Question]:
        from taskrouter import history
        from taskrouter.api import worker_statistics as workers

        window = history.Window(self.ws, NOW - WINDOW_MS, NOW)
        queues = list(self.state.sids_inside(self.ws, "task_queue"))
        flows = list(self.state.sids_inside(self.ws, "workflow"))
        everybody = list(self.state.inside(self.ws, "worker"))
        activities = {
            one.sid: one.friendly_name for one in self.state.inside(self.ws, "activity")
        }

        def of(choice: workers.Choice) -> Question:
            return lambda: workers.figures(workers.Asked(window, choice, activities))

        return {
            "workspace": lambda: history.counts(window, "workspace", [self.ws], True),
            "a queue": lambda: history.counts(window, "queue", queues[:1], True),
            "queues": lambda: history.counts(window, "queue", queues, True),
            "a flow": lambda: history.counts(window, "workflow", flows[:1], True),
            "workers": of(workers.Choice(everybody, True)),
            "a worker": of(workers.Choice(everybody[:1], False)),
        }

    def forget(self, before: int) -> None:
        """What happened before, but for the centre's opening."""
        from taskrouter.models import LoggedEvent

        LoggedEvent.objects.using("taskrouter").filter(
            ms__gt=self.first, ms__lt=before
        ).delete()


if __name__ == "__main__":
    main()
