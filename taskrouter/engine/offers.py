"""Who holds which reservations, and how much of each worker's capacity they take."""

from collections import defaultdict
from typing import TYPE_CHECKING

from taskrouter.engine.records import RESERVATION_LIVE, Reservation

if TYPE_CHECKING:
    from taskrouter.engine.state import State

Sids = dict[str, None]
ANY_CHANNEL = ""


class Offers:
    def __init__(self, state: "State") -> None:
        self._state = state
        self._of_task: dict[str, Sids] = defaultdict(dict)
        self._of_worker: dict[str, Sids] = defaultdict(dict)
        self._ringing: dict[str, int] = defaultdict(int)
        self._holders: dict[str, Sids] = defaultdict(dict)
        self._load: dict[tuple[str, str], int] = defaultdict(int)
        self._accepted: dict[tuple[str, str], int] = defaultdict(int)

    def changed(self, old: Reservation | None, new: Reservation | None) -> None:
        one = new or old
        assert one is not None
        if old is None:
            self._of_task[one.task_sid][one.sid] = None
            self._of_worker[one.worker_sid][one.sid] = None
        elif new is None:
            self._gone(old)
        before = old.reservation_status if old else ""
        after = new.reservation_status if new else ""
        if before != after:
            self._count(one, before, after)

    def _gone(self, one: Reservation) -> None:
        for table, sid in (
            (self._of_task, one.task_sid),
            (self._of_worker, one.worker_sid),
        ):
            del table[sid][one.sid]
            if not table[sid]:
                del table[sid]

    def _count(self, one: Reservation, before: str, after: str) -> None:
        place = one.worker_sid, one.task_channel_sid
        self._accepted[place] += (after == "accepted") - (before == "accepted")
        rings = (after == "pending") - (before == "pending")
        if rings:
            self._ringing[one.task_sid] += rings
            if not self._ringing[one.task_sid]:
                del self._ringing[one.task_sid]
            self._state.ringing_changed(one.task_sid)
        live = (after in RESERVATION_LIVE) - (before in RESERVATION_LIVE)
        if live:
            self._load[place] += live
            self._load[one.worker_sid, ANY_CHANNEL] += live
            self._hold(one, live > 0)
            self._state.members.room_changed(one.worker_sid)

    def _hold(self, one: Reservation, holds: bool) -> None:
        holders = self._holders[one.task_sid]
        if holds:
            holders[one.worker_sid] = None
            return
        del holders[one.worker_sid]
        if not holders:
            del self._holders[one.task_sid]

    def of_task(self, task_sid: str) -> Sids:
        return self._of_task.get(task_sid, {})

    def of_worker(self, worker_sid: str) -> Sids:
        return self._of_worker.get(worker_sid, {})

    def ringing(self, task_sid: str) -> int:
        """How many are being offered the task now."""
        return self._ringing.get(task_sid, 0)

    def holds(self, worker_sid: str, task_sid: str) -> bool:
        """Whether the worker is being offered the task, or has it in hand."""
        return worker_sid in self._holders.get(task_sid, ())

    def load(self, worker_sid: str, channel_sid: str) -> int:
        """Live reservations on the channel."""
        return self._load.get((worker_sid, channel_sid), 0)

    def accepted(self, worker_sid: str, channel_sid: str) -> int:
        return self._accepted.get((worker_sid, channel_sid), 0)
