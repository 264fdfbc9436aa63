"""P3: from an event committed at TaskRouter to the number painted in Chromium.

The embedded set runs with no workers and no callers, so each task we create adds one to
"waiting". The page notes when each value was painted; TaskRouter's event says when it
was committed. Both clocks are this machine's. The road is the callback.
"""

import statistics
import time
from dataclasses import dataclass

from playwright.sync_api import Page, sync_playwright

from tests.box import Box, environment
from tests.machine import BROWSER, BROWSER_FLAGS, wait_until

EVENTS_PER_TASK = 4
WATCH = """selector => {
  const seen = window.seen = [];
  const tile = document.querySelector(selector);
  const note = () => {
    const shown = Number(tile.textContent);
    requestAnimationFrame(() => setTimeout(() => seen.push([shown, Date.now()])));
  };
  new MutationObserver(note).observe(tile, {childList: true, characterData: true,
                                             subtree: true});
}"""
WAITING = '[data-tile="waiting"] [data-figure]'


@dataclass(frozen=True)
class Load:
    events_per_second: float
    tasks: int
    goal_ms: int


LOADS = (Load(2, 30, 300), Load(100, 500, 600))


def main() -> None:
    print(
        "P3  event committed at TaskRouter -> number painted in Chromium, by callback"
    )
    box = Box(environment(SIMULATION_WORKERS="0", SIMULATION_PAST_DAYS="0")).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=BROWSER, args=BROWSER_FLAGS
            )
            page = browser.new_page()
            page.goto(box.sign_in_url)
            page.wait_for_selector(WAITING)
            for load in LOADS:
                report(load, measure(box, page, load))
            browser.close()
    finally:
        box.stop()
    print("    excluded: the customer's own request to create the task")


def measure(box: Box, page: Page, load: Load) -> list[float]:
    """Milliseconds from commit to paint, one per task."""
    already = waiting(page)
    page.evaluate(WATCH, WAITING)
    committed = create_tasks(box, load)
    last = already + load.tasks
    wait_until(lambda: waiting(page) >= last, 30, f"{last} waiting on the board")
    page.wait_for_timeout(200)
    painted = page.evaluate("window.seen")
    return [
        next(at for shown, at in painted if shown >= already + n) - ms
        for n, ms in enumerate(committed, start=1)
    ]


def waiting(page: Page) -> int:
    shown = page.inner_text(WAITING).strip()
    return int(shown) if shown.isdigit() else 0


def create_tasks(box: Box, load: Load) -> list[int]:
    """When each task entered its queue, by TaskRouter's own event."""
    workspace = box.sdk().taskrouter.v1.workspaces(box.taskrouter["workspace_sid"])
    workflow = workspace.workflows.list(limit=1)[0].sid
    pause = EVENTS_PER_TASK / load.events_per_second
    start = time.monotonic()
    order = []
    for n in range(load.tasks):
        time.sleep(max(0, start + n * pause - time.monotonic()))
        order.append(workspace.tasks.create(workflow_sid=workflow, attributes="{}").sid)
    entered = {
        event.resource_sid: event.event_date_ms
        for event in workspace.events.list(
            event_type="task-queue.entered", minutes=15, page_size=1000
        )
    }
    return [int(entered[sid]) for sid in order]


def report(load: Load, latencies: list[float]) -> None:
    p50 = statistics.median(latencies)
    p95 = statistics.quantiles(latencies, n=20)[18]
    verdict = "met" if p95 <= load.goal_ms else "NOT met"
    print(
        f"    {load.events_per_second:>4g} events/s: p50 {p50:.0f} ms, p95 {p95:.0f} ms,"
        f" max {max(latencies):.0f} ms; goal p95 <= {load.goal_ms} ms: {verdict}"
        f" (n={len(latencies)})"
    )


if __name__ == "__main__":
    main()
