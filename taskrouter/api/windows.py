"""The stretch of time a request asks about: Minutes, or StartDate and EndDate."""

from taskrouter.api.call import Call
from taskrouter.api.parameters import moment, whole
from taskrouter.engine.refusal import Refused

DEFAULT_MINUTES = 15
MINUTE_MS = 60_000
OLDEST_MS = 30 * 24 * 60 * MINUTE_MS


def window(call: Call, now: int) -> tuple[int, int]:
    """[start, end) in ms. Raises Refused."""
    query = call.request.GET
    if "Minutes" in query and ("StartDate" in query or "EndDate" in query):
        raise Refused(
            "Minutes: give either Minutes or StartDate and EndDate, not both."
        )
    end = moment("EndDate", query["EndDate"]) if query.get("EndDate") else now
    if query.get("StartDate"):
        start = moment("StartDate", query["StartDate"])
    else:
        minutes = whole("Minutes", query.get("Minutes") or str(DEFAULT_MINUTES))
        if minutes < 1:
            raise Refused("Minutes: must be at least 1.")
        start = end - minutes * MINUTE_MS
    # A request for exactly 30 days has aged by the time it is read.
    if start < now - OLDEST_MS - MINUTE_MS:
        raise Refused("StartDate: history is kept for 30 days.", 400, 14241)
    if start > end:
        raise Refused("StartDate: must not be after EndDate.")
    return start, end
