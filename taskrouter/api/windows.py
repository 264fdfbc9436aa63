"""The stretch of time a request asks about: Minutes, or StartDate and EndDate."""

from django.conf import settings

from taskrouter import serving
from taskrouter.api.call import Call
from taskrouter.api.paging import read_token
from taskrouter.api.parameters import moment, whole
from taskrouter.engine.refusal import Refused
from taskrouter.history import oldest

DEFAULT_MINUTES = 15
MINUTE_MS = 60_000


def window(call: Call, now: int) -> tuple[int, int]:
    """[start, end) in ms; it ends by now. Raises Refused."""
    query = call.request.GET
    if query.get("Minutes") and (query.get("StartDate") or query.get("EndDate")):
        raise Refused(
            "Minutes: give either Minutes or StartDate and EndDate, not both."
        )
    end = present = now + int(stands_still())
    if query.get("EndDate"):
        end = min(moment("EndDate", query["EndDate"]), present)
    if query.get("StartDate"):
        start = moment("StartDate", query["StartDate"])
    else:
        start = end - minutes(query.get("Minutes")) * MINUTE_MS
    if start < oldest(now):
        start = min(still_told(call, oldest(now)), end)
    if start > now:
        raise Refused("StartDate: must not be in the future.")
    if start > end:
        raise Refused("StartDate: must not be after EndDate.")
    return start, end


def still_told(call: Call, first: int) -> int:
    """Whoever has begun to read a list reads on, though its first day goes meanwhile."""
    if given := call.request.GET.get("PageToken"):
        read_token(call, given)
        return first
    days = settings.TASKROUTER_HISTORY_DAYS
    raise Refused(f"StartDate: history is kept for {days} days.", 400, 14241)


def stands_still() -> bool:
    """Where only a test moves time, it wants this very moment counted."""
    return serving.current().clock is not None


def minutes(given: str | None) -> int:
    found = whole("Minutes", given or str(DEFAULT_MINUTES))
    if found < 1:
        raise Refused("Minutes: must be at least 1.")
    return found
