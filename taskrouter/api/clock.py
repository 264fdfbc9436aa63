"""/signalbox/v1/Clock: ours; tells the time, and moves it where it was started for tests."""

from taskrouter import serving
from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.parameters import whole
from taskrouter.api.shapes import iso
from taskrouter.engine.refusal import Refused

MOVE = {"Seconds": whole}
MOST_SECONDS = 366 * 86_400
LATEST_MS = 253_370_764_800_000
"The year 9999: what lies far ahead of it could not be written down."


async def show(call: Call) -> Answer:
    now = await call.read(lambda state, now: now)
    moves = serving.current().clock is not None
    return Answer({"date": iso(now), "ms": now, "moves": moves})


async def move(call: Call) -> Answer:
    service = serving.current()
    if service.clock is None:
        raise Refused(
            "Clock: it is the machine's; start `manage.py taskrouter --clock=tests`"
            " to move it."
        )
    seconds = call.parameters(MOVE).get("seconds")
    if not isinstance(seconds, int) or not 0 <= seconds <= MOST_SECONDS:
        raise Refused(f"Seconds: a whole number from 0 to {MOST_SECONDS} is needed.")
    to = service.clock.ms + seconds * 1000
    if to > LATEST_MS:
        raise Refused("Seconds: the clock goes no further than the year 9999.")
    await service.clock.move(service.owner, to)
    return await show(call)


view = endpoint(GET=show, POST=move)
