"""Boards in a real browser: they move, they say when they are stale, keys work."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.box import Box

pytestmark = pytest.mark.browser
WAITING = '[data-tile="waiting"] [data-figure]'


def task(workspace) -> None:
    workflow = workspace.workflows.list(limit=1)[0]
    workspace.tasks.create(
        workflow_sid=workflow.sid, attributes=json.dumps({"direction": "inbound"})
    )


def test_the_overview_moves_without_a_reload(page: Page, box: Box, workspace) -> None:
    page.goto(box.url)
    expect(page.locator("[data-lamp]")).to_contain_text("live", timeout=15_000)
    page.evaluate("window.mark = 'not reloaded'")
    entered = page.locator('[data-tile="entered"] [data-figure]')
    before = int(entered.inner_text().replace("\u202f", ""))
    task(workspace)
    expect(entered).not_to_have_text(str(before), timeout=10_000)
    assert page.evaluate("window.mark") == "not reloaded"


def test_the_charts_are_drawn_under_the_policy(page: Page, box: Box) -> None:
    page.goto(box.url)
    expect(page.locator('[data-chart="service-level"] .main-svg').first).to_be_visible()
    expect(page.locator('[data-chart="demand"] .main-svg').first).to_be_visible()


def test_a_chart_fits_its_place_whatever_grows_beside_it(page: Page, box: Box) -> None:
    page.goto(box.url)
    expect(page.locator('[data-chart="service-level"] .main-svg').first).to_be_visible()
    for room in ("0", "60px"):
        page.evaluate(
            f"document.querySelector('.needs').style.paddingBottom = '{room}'"
        )
        page.wait_for_function("""() => {
            const chart = document.querySelector('[data-chart="service-level"]');
            const drawn = chart.querySelector(".main-svg").getBoundingClientRect();
            const panel = chart.parentElement.getBoundingClientRect();
            return drawn.bottom <= panel.bottom && drawn.height > chart.clientHeight - 1;
        }""")


def test_an_agent_is_sent_on_a_break_from_the_board_and_back_by_undo(
    page: Page, box: Box, workspace, worker
) -> None:
    page.goto(f"{box.url}/agents/")
    row = page.locator(f'tr[data-sid="{worker.sid}"]')
    expect(row).to_contain_text("free", timeout=15_000)
    row.locator("a[data-link]").click()
    page.locator("[data-activities] button", has_text="Break").click()
    expect(row.locator("[data-result]")).to_contain_text("done in", timeout=10_000)
    expect(row.locator(".state-cell")).to_have_text("○ Break", timeout=10_000)
    assert workspace.workers(worker.sid).fetch().activity_name == "Break"
    row.get_by_role("button", name="undo").click()
    expect(row.locator(".state-cell")).to_have_text("● free", timeout=10_000)


def test_the_keyboard_alone_goes_everywhere(page: Page, box: Box, worker) -> None:
    page.goto(box.url)
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/agents/")
    page.keyboard.press("/")
    page.keyboard.type("Browser A")
    expect(page.locator("[data-found] a").first).to_contain_text("Browser Ann")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/agents/#{worker.sid}")
    expect(page.locator("[data-jump]")).to_be_hidden()
    expect(page.locator(f"#{worker.sid}")).to_be_focused()
    page.keyboard.press("f")
    page.keyboard.type("browsers")
    rows = page.locator("table[data-kind=worker] tbody tr[data-sid]")
    expect(rows).to_have_count(1, timeout=5_000)
    expect(page.locator("[data-count=worker]")).to_contain_text("1 of ")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    expect(page.locator("[data-activities]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("[data-keys]")).to_be_visible()


def test_a_name_typed_faster_than_it_is_looked_up_is_gone_to(
    page: Page, box: Box, worker
) -> None:
    page.goto(box.url)
    page.keyboard.press("/")
    expect(page.locator("[data-found] a").first).to_have_text("Overview page")
    held: list[Route] = []
    page.route("**/jump/?q=Browser", lambda route: held.append(route))
    with page.expect_request("**/jump/?q=Browser"):
        page.keyboard.type("Browser")
    page.keyboard.type(" Ann")
    page.keyboard.press("Enter")
    held[0].continue_()
    page.wait_for_url(f"**/agents/#{worker.sid}")


IN_SIGHT = """row => {
  const { left, top, height } = row.getBoundingClientRect();
  return row.contains(document.elementFromPoint(left + 60, top + height / 2));
}"""


@pytest.mark.parametrize("width", [1440, 390])
def test_whoever_is_jumped_to_from_another_page_is_in_sight_and_has_the_focus(
    page: Page, box: Box, worker, width
) -> None:
    """And so is each row that is come to by the arrows, above it too."""
    page.set_viewport_size({"width": width, "height": 300})
    page.goto(box.url)
    page.keyboard.press("Control+k")
    page.keyboard.type("Browser Ann")
    page.keyboard.press("Enter")
    row = page.locator(f"#{worker.sid}")
    expect(row).to_be_focused(timeout=10_000)
    assert row.evaluate(IN_SIGHT)
    for _ in range(9):
        page.keyboard.press("ArrowUp")
    assert page.locator("tr:focus").evaluate(IN_SIGHT)


def test_the_rail_of_a_small_window_shows_every_page(page: Page, box: Box) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(box.url)
    rail = page.locator(".rail")
    assert rail.evaluate("rail => rail.scrollWidth <= rail.clientWidth")


def test_who_was_filtered_out_is_there_once_he_is_jumped_to(
    page: Page, box: Box, worker
) -> None:
    page.goto(f"{box.url}/agents/")
    page.fill("[data-filter]", "nobody")
    rows = page.locator("table[data-kind=worker] tbody tr[data-sid]")
    expect(rows).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("Browser Ann")
    page.keyboard.press("Enter")
    expect(page.locator("[data-filter]")).to_have_value("")
    expect(page.locator(f"#{worker.sid}")).to_be_focused()
    assert page.evaluate("document.querySelector(':target').id") == worker.sid
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#{worker.sid}")).not_to_be_focused()
    expect(page.locator("tr[data-sid]:focus")).to_have_count(1)


def test_a_held_board_stands_still_and_says_how_far_it_is_behind(
    page: Page, box: Box, workspace
) -> None:
    page.goto(box.url)
    expect(page.locator("[data-lamp]")).to_contain_text("live", timeout=15_000)
    page.keyboard.press(".")
    shown = page.inner_text(WAITING)
    task(workspace)
    expect(page.locator("[data-held]")).not_to_contain_text(
        " 0 changes", timeout=10_000
    )
    assert page.inner_text(WAITING) == shown
    page.keyboard.press(".")
    expect(page.locator("[data-held]")).to_be_hidden()


def test_a_stale_board_says_so_and_comes_back_alone(roomy: Page, box: Box) -> None:
    roomy.goto(box.url)
    expect(roomy.locator("[data-lamp]")).to_contain_text("live", timeout=15_000)
    roomy.context.set_offline(True)
    expect(roomy.locator("[data-lamp]")).to_contain_text(
        "stale: no connection", timeout=20_000
    )
    assert roomy.evaluate("document.documentElement.dataset.fresh") == "stale"
    roomy.context.set_offline(False)
    expect(roomy.locator("[data-lamp]")).to_contain_text("live", timeout=25_000)


@pytest.mark.parametrize("path", ["/", "/queues/", "/agents/", "/history/"])
def test_the_numbers_are_there_without_a_script(browser, owner, box: Box, path) -> None:
    context = browser.new_context(storage_state=owner, java_script_enabled=False)
    page = context.new_page()
    # Today may have begun a minute ago.
    day = datetime.now(UTC).date() - timedelta(days=1)
    page.goto(f"{box.url}{path}?first={day}")
    assert page.locator("table tbody tr").count() > 3
    assert page.locator("[data-lamp]").inner_text() != ""
    context.close()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/queues/",
        "/agents/",
        "/history/",
        "/trust/",
        "/manage/workers/",
        "/manage/activities/",
        "/manage/workers/new/",
    ],
)
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_runs_over_the_edge_of_the_page(
    page: Page, box: Box, path, width
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(box.url + path)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
