"""Has the past written by a process of its own, and tells it once it is whole."""

import asyncio
import sys
from collections.abc import Callable

import structlog
from django.conf import settings

from taskrouter import untold
from taskrouter.history import History
from taskrouter.simulation.director import DAY

log = structlog.get_logger()
PAUSE_SECONDS = 5.0
OPENING_SECONDS = 5.0
"Whoever starts us is still starting himself."


async def hide(history: History) -> None:
    """Before anything is told."""
    before = await history.ask(untold.left)
    untold.tell_from(before.end if before else 0)


async def fill(history: History, say: Callable[[str], None]) -> None:
    """Returns when nothing is left to be written."""
    before = await history.ask(untold.left)
    if before is None:
        return
    await asyncio.sleep(OPENING_SECONDS)
    days = (before.end - before.start) // DAY
    say(f"{days} older days of the contact centre are being written …")
    while not await written(history):
        await asyncio.sleep(PAUSE_SECONDS)
    untold.tell_from(0)
    say(f"{days} older days of the contact centre are written, and told from now on.")


async def written(history: History) -> bool:
    """Whether all is, after one more try."""
    try:
        code = await run_writer()
        if await history.ask(untold.left) is None:
            return True
        log.error("past.not_written", code=code, remedy="trying again")
    except Exception:
        log.exception("past.not_written", remedy="trying again")
    return False


async def run_writer() -> int:
    """Its exit status. However we die, the pipe closes and it ends by itself."""
    writer = await asyncio.create_subprocess_exec(
        sys.executable,
        str(settings.ROOT / "manage.py"),
        "write_past",
        stdin=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        return await writer.wait()
    except asyncio.CancelledError:
        writer.terminate()
        await writer.wait()
        raise
