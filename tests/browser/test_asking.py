"""Asking for a change from a board: the row tells the true fate of it."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.box import Box

pytestmark = pytest.mark.browser
QUICK = "**/manage/workers/*/activity/"


@pytest.fixture
def roomy(context: BrowserContext) -> Page:
    """A page whose browser may complain: here the answers are broken on purpose."""
    return context.new_page()


def press_break(page: Page, sid: str):
    row = page.locator(f'tr[data-sid="{sid}"]')
    expect(row).to_contain_text("free", timeout=15_000)
    row.locator("a[data-link]").click()
    page.locator("[data-activities] button", has_text="Break").click()
    return row.locator("output")


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
