"""Who has been idle longest, told from the log alone."""

from collections import defaultdict
from typing import Any

from taskrouter.engine.records import Worker, WorkerChannel
from tests.builders import Centre

ENDS = ("rejected", "timeout", "canceled", "rescinded", "completed")
BEGINS = [f"reservation.{what}" for what in ("created", *ENDS)]
EVERYWHERE = ""


class PlainIdle:
    """Of each worker the last event that began his idleness, by its place in the log."""

    def __init__(self, events: list[Any]) -> None:
        self.latest: dict[str, dict[str, int]] = defaultdict(dict)
        "By channel; the clock of those without one of their own is everywhere's."
        self.available: dict[str, bool] = {}
        self.channel_of: dict[str, str] = {}
        for at, event in enumerate(events):
            self.read(at, event.type, event.data)

    def read(self, at: int, type: str, data: dict[str, str]) -> None:
        if type == "activity.created":
            available = data["activity_available"] == "true"
            self.available[data["activity_sid"]] = available
        elif type in ("task-channel.created", "task-channel.updated"):
            self.set_channel(data)
        elif type == "worker.created" or self.becomes_available(type, data):
            for clocks in self.latest.values():
                clocks[data["worker_sid"]] = at
            self.latest[EVERYWHERE][data["worker_sid"]] = at
        elif type in BEGINS:
            channel = self.channel_of.setdefault(
                data["reservation_sid"], data["task_channel_sid"]
            )
            for place in (EVERYWHERE, channel):
                if place in self.latest:
                    self.latest[place][data["worker_sid"]] = at

    def becomes_available(self, type: str, data: dict[str, str]) -> bool:
        return (
            type == "worker.activity.update"
            and self.available[data["worker_activity_sid"]]
            and not self.available[data["worker_previous_activity_sid"]]
        )

    def set_channel(self, data: dict[str, str]) -> None:
        """Until it had clocks of its own, everywhere's were its too."""
        sid = data["task_channel_sid"]
        if data["task_channel_optimized_routing"] == "false":
            self.latest.pop(sid, None)
        elif sid not in self.latest:
            self.latest[sid] = dict(self.latest[EVERYWHERE])


def judge_idle(centre: Centre) -> None:
    """Everywhere, and on each channel that has clocks of its own."""
    plain = PlainIdle(centre.events)
    state = centre.state
    judge_clocks(centre, plain.latest[EVERYWHERE], list(state.workers.values()))
    for channel in state.task_channels.values():
        if channel.channel_optimized_routing:
            own = [
                one
                for one in state.worker_channels.values()
                if one.task_channel_sid == channel.sid
            ]
            judge_clocks(centre, plain.latest[channel.sid], own)


def judge_clocks(
    centre: Centre, latest: dict[str, int], clocks: list[Worker] | list[WorkerChannel]
) -> None:
    def began(clock: Worker | WorkerChannel) -> int:
        return latest[clock.sid if isinstance(clock, Worker) else clock.worker_sid]

    by_the_log = sorted(clocks, key=began)
    assert by_the_log == sorted(
        clocks, key=lambda one: (one.idle_since, one.idle_order)
    )
    for clock in clocks:
        assert clock.idle_since == centre.events[began(clock)].ms
