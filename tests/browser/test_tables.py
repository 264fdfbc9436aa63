"""Rows keep their place: order changes at a calm tick alone, and never under somebody."""

import pytest
from playwright.sync_api import Page, expect

from tests.box import Box

pytestmark = pytest.mark.browser
MAKE = """
async (drawn) => {
  const { table } = await import("/static/js/tables.js");
  document.querySelector("main").innerHTML = `
    <div class="scroll" tabindex="0"><table id="t" data-kind="queue" data-order="by_order"
      data-most="4"><thead><tr><th>Queue</th></tr></thead>
      <template><tr><th data-format="text" data-of="name"></th></tr></template>
      <tbody>${drawn.map((one) => `<tr data-sid="${one}" id="${one}"><th
        data-format="text" data-of="name"></th></tr>`).join("")}</tbody></table></div>`;
  const made = table(document.getElementById("t"));
  window.show = (orders, now) => made.show({ rows: { queue: Object.fromEntries(
    Object.entries(orders).map(([name, order]) => [name, { name, order, level: "" }])) } },
    { now, zone: "UTC" });
  window.names = () => [...document.querySelectorAll("#t tr[data-sid]")].map((one) => one.id);
}
"""


@pytest.fixture
def show(page: Page, box: Box):
    """Shows rows of these orders at this second; gives the names from top to bottom."""
    page.goto(f"{box.url}/queues/")
    page.mouse.move(0, 0)
    page.evaluate(MAKE, [])

    def shown(second: float, **orders: int) -> str:
        page.evaluate("([o, now]) => show(o, now)", [orders, 1000 * second])
        return "".join(page.evaluate("names()"))

    return shown


def test_order_changes_only_at_a_calm_tick(show) -> None:
    assert show(0, a=1, b=2, c=3) == "abc"
    assert show(1, a=3, b=2, c=1) == "abc"
    assert show(9.9, a=3, b=2, c=1) == "abc"
    assert show(10, a=3, b=2, c=1) == "cba"
    assert show(11, a=1, b=2, c=3) == "cba"


def test_a_new_row_takes_its_place_and_moves_no_other(show) -> None:
    show(0, a=1, b=2, d=4)
    assert show(1, a=4, b=2, c=3, d=1) == "abcd"
    assert show(2, a=4, b=2, c=3, d=1, e=0) == "eabcd"
    assert show(10, a=4, b=2, c=3, d=1, e=0) == "edbc", "only the first four stay"


def test_a_short_list_stays_as_the_server_drew_it_until_a_calm_tick(page, show) -> None:
    page.evaluate(MAKE, ["a", "b", "c", "d"])
    assert show(0, a=1, b=2, c=3, d=4, e=0) == "abcd"
    assert show(10, a=1, b=2, c=3, d=4, e=0) == "eabc"


def test_who_has_gone_since_the_server_drew_is_replaced_at_once(page, show) -> None:
    page.evaluate(MAKE, ["a", "b", "c", "d"])
    assert show(0, a=1, b=2, c=3, e=0) == "eabc"


def test_a_row_that_goes_moves_no_other_and_leaves_room_for_the_next(show) -> None:
    show(0, a=1, b=2, c=3, d=4, e=5)
    assert show(1, b=9, c=3, d=4, e=5) == "bcde"


def test_nothing_moves_while_the_pointer_is_in_the_table(page: Page, show) -> None:
    show(0, a=1, b=2, c=3)
    page.hover("#b")
    assert show(30, a=3, b=2, c=1) == "abc"
    page.mouse.move(0, 0)
    assert show(31, a=3, b=2, c=1) == "cba"


def test_nothing_moves_while_the_focus_is_in_the_table(page: Page, show) -> None:
    show(0, a=1, b=2, c=3)
    page.evaluate("b.tabIndex = -1; b.focus()")
    assert show(30, a=3, b=1, c=1) == "abc"
    assert page.evaluate("document.activeElement.id") == "b"


@pytest.mark.parametrize(
    ("left", "focused"), [({"a": 1, "c": 3}, "c"), ({"a": 1}, "a"), ({}, "")]
)
def test_when_the_focused_row_goes_the_next_one_has_the_focus(
    page: Page, show, left, focused
) -> None:
    show(0, a=1, b=2, **({"c": 3} if "c" in left else {}))
    page.evaluate("b.tabIndex = -1; b.focus()")
    show(1, **left)
    assert page.evaluate("document.activeElement.id") == focused
    assert page.evaluate("document.activeElement !== document.body")


def test_enter_opens_the_row_that_has_the_focus(page: Page, box: Box, worker) -> None:
    page.goto(f"{box.url}/agents/")
    page.fill("[data-filter]", "browsers")
    page.locator("[data-filter]").blur()
    expect(page.locator("table[data-kind=worker] tbody tr[data-sid]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/manage/workers/{worker.sid}/")


def test_enter_on_a_queue_opens_its_history(page: Page, box: Box) -> None:
    page.goto(f"{box.url}/queues/")
    page.keyboard.press("ArrowDown")
    sid = page.evaluate("document.activeElement.dataset.sid")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/history/?queue={sid}")
    expect(page.locator("select[name=queue]")).to_have_value(sid)


def test_escape_leaves_the_jump_whatever_has_been_typed(page: Page, box: Box) -> None:
    page.goto(box.url)
    page.keyboard.press("Control+k")
    page.keyboard.type("bill")
    page.keyboard.press("Escape")
    expect(page.locator("[data-jump]")).to_be_hidden()


def test_single_keys_can_be_switched_off_and_stay_off(page: Page, box: Box) -> None:
    page.goto(box.url)
    page.keyboard.press("?")
    page.locator("[data-single-keys]").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.keyboard.press(".")
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    assert page.url == f"{box.url}/"
    expect(page.locator("[data-held]")).to_be_hidden()
    expect(page.locator("[data-keys]")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("[data-jump]")).to_be_visible()


BEFORE_FIRST_CONTACT = """
sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1;
document.addEventListener("readystatechange", () => {
  if (document.readyState !== "interactive" || sessionStorage.loads !== "1") return;
  for (const one of document.querySelectorAll("[data-total] *, [data-chart]")) one.remove();
});
"""


def test_a_page_from_before_first_contact_comes_alive_by_itself(
    page: Page, box: Box
) -> None:
    """As the server paints it then: no tiles, no charts (dashboard/test_boards.py)."""
    page.add_init_script(BEFORE_FIRST_CONTACT)
    page.goto(box.url)
    tile = page.locator('[data-tile="waiting"] [data-format]').first
    expect(tile).to_be_visible(timeout=15_000)
    expect(page.locator('[data-chart="demand"] .main-svg').first).to_be_visible()
    page.wait_for_timeout(3_000)
    assert page.evaluate("sessionStorage.loads") == "2", "loaded again, and once"
