"""Several tabs of one person: what happens in one leaves the others alive."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.box import Box

pytestmark = pytest.mark.browser
MAKE_KIM = (
    "from django.contrib.auth.models import User;"
    " User.objects.create_user('kim', password='rail-lamp-9')"
)
LAMP = "[data-lamp]"


@pytest.fixture
def kim(browser, box: Box):
    """Signed in with a password of his own."""
    made = box.run("shell", "-c", MAKE_KIM)
    assert made.returncode == 0, made.stderr
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{box.url}/sign-in/")
    page.fill("[name=username]", "kim")
    page.fill("[name=password]", "rail-lamp-9")
    page.keyboard.press("Enter")
    page.wait_for_url(box.url + "/")
    yield context
    context.close()


def test_a_password_changed_in_one_tab_leaves_the_other_live(
    kim: BrowserContext, box: Box
) -> None:
    first, second = kim.pages[0], kim.new_page()
    first.goto(f"{box.url}/queues/")
    expect(first.locator(LAMP)).to_contain_text("live", timeout=15_000)
    change_password(second, box)
    # Its old session is judged within ten seconds; it then comes back by itself.
    first.wait_for_timeout(13_000)
    expect(first.locator(LAMP)).to_contain_text("live", timeout=5_000)
    assert first.url == f"{box.url}/queues/"


def change_password(page: Page, box: Box) -> None:
    page.goto(f"{box.url}/password/")
    page.fill("[name=old_password]", "rail-lamp-9")
    page.fill("[name=new_password1]", "signal-arm-7")
    page.fill("[name=new_password2]", "signal-arm-7")
    page.keyboard.press("Enter")
    page.wait_for_url(box.url + "/")
