"""Asking for a change from a board: the row tells the true fate of it."""

import pytest
from playwright.sync_api import Page, expect

from tests.box import Box

pytestmark = pytest.mark.browser
QUICK = "**/manage/workers/*/activity/"


def press_break(page: Page, sid: str):
    row = page.locator(f'tr[data-sid="{sid}"]')
    expect(row).to_contain_text("free", timeout=15_000)
    row.locator("a[data-link]").click()
    page.locator("[data-activities] button", has_text="Break").click()
    return row.locator("[data-result]")


def wait_for(page: Page, is_true) -> None:
    for _ in range(100):
        if is_true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("ten seconds have passed")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"status": 500}, "The dashboard answered 500. Whether it was done"),
        ({"status": 504, "body": "<html>gateway</html>"}, "is not known"),
        ({"status": 403, "body": "<html>CSRF</html>"}, "Not asked"),
    ],
    ids=["500", "504 of a proxy", "403"],
)
def test_an_answer_that_is_not_ours_is_never_called_refused(
    roomy: Page, box: Box, worker, answer, words
) -> None:
    roomy.route(QUICK, lambda route: route.fulfill(content_type="text/html", **answer))
    roomy.goto(f"{box.url}/agents/")
    result = press_break(roomy, worker.sid)
    expect(result).to_contain_text(words)
    expect(result).not_to_contain_text("refused")


def test_who_was_signed_out_meanwhile_is_told_to_sign_in(
    browser, box: Box, owner, worker
) -> None:
    context = browser.new_context(storage_state=owner)
    page = context.new_page()
    page.goto(f"{box.url}/agents/")
    context.clear_cookies(name="sessionid")
    result = press_break(page, worker.sid)
    expect(result).to_contain_text("signed out. Sign in again")
    context.close()


def test_a_screen_reader_hears_the_result_once_and_not_the_clock(
    page: Page, box: Box, worker
) -> None:
    page.goto(f"{box.url}/agents/")
    page.evaluate(
        "() => { window.heard = []; new MutationObserver(() =>"
        " heard.push(document.querySelector('[data-said]').textContent))"
        ".observe(document.querySelector('[data-said]'), {childList: true}) }"
    )
    page.route(QUICK, lambda route: (page.wait_for_timeout(900), route.continue_()))
    result = press_break(page, worker.sid)
    expect(result.locator("[aria-hidden=true]")).to_have_count(1)
    expect(result).to_contain_text("done in", timeout=10_000)
    heard = [words for words in page.evaluate("heard") if "Browser Ann" in words]
    assert len(heard) == 1
    assert heard[0].startswith("Browser Ann: done in")


def test_a_result_outlives_its_row_and_undo_still_works(
    page: Page, box: Box, workspace, worker
) -> None:
    page.goto(f"{box.url}/agents/")
    result = press_break(page, worker.sid)
    expect(result).to_contain_text("done in", timeout=10_000)
    result.get_by_role("button", name="undo").focus()
    page.fill("[data-filter]", "nobody is called so")
    notice = page.locator(f'[data-notices] [data-result="{worker.sid}"]')
    expect(notice).to_contain_text("Browser Ann: done in")
    notice.get_by_role("button", name="undo").press("Enter")
    expect(notice).to_contain_text("done in", timeout=10_000)
    assert workspace.workers(worker.sid).fetch().activity_name == "Available"


def test_acting_on_a_held_board_acts_on_what_is_now_and_says_so(
    page: Page, box: Box, workspace, worker
) -> None:
    frames: list[str] = []
    page.on(
        "websocket",
        lambda one: one.on("framereceived", lambda text: frames.append(str(text))),
    )
    page.goto(f"{box.url}/agents/")
    row = page.locator(f'tr[data-sid="{worker.sid}"]')
    expect(row).to_contain_text("free", timeout=15_000)
    page.keyboard.press(".")
    frames.clear()
    activities = {one.friendly_name: one.sid for one in workspace.activities.list()}
    workspace.workers(worker.sid).update(activity_sid=activities["Break"])
    # The row that the board holds back has come when a frame has brought it.
    wait_for(page, lambda: any(worker.sid in one and "Break" in one for one in frames))
    expect(row).to_contain_text("free")
    row.evaluate("row => { row.tabIndex = -1; row.focus(); }")
    page.keyboard.press("a")
    menu = page.locator("[data-activities]")
    expect(menu).to_contain_text("Changed while held: ○ Break now.")
    expect(menu.locator("[aria-current=true]")).to_have_text("Break")
