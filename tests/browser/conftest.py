"""A real Chromium on the embedded set, started once."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.box import Box
from tests.machine import BROWSER, BROWSER_FLAGS


@pytest.fixture(scope="session")
def box() -> Iterator[Box]:
    """The embedded set, running, started once."""
    box = Box().start()
    yield box
    box.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=BROWSER, args=BROWSER_FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def owner(browser: Browser, box: Box) -> dict:
    """What a browser keeps once the link has signed it in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(box.sign_in_url)
    page.wait_for_url(box.url + "/")
    kept: dict = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def context(browser: Browser, owner: dict) -> Iterator[BrowserContext]:
    made = browser.new_context(
        storage_state=owner, viewport={"width": 1440, "height": 900}
    )
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, box: Box) -> Iterator[Page]:
    """A page that fails the test when the browser complains of anything."""
    made = context.new_page()
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" else None,
    )
    yield made
    assert complaints == []


@pytest.fixture
def roomy(context: BrowserContext) -> Page:
    """A page whose browser may complain: something is broken on purpose."""
    return context.new_page()


@pytest.fixture
def workspace(box: Box):
    return box.sdk().taskrouter.v1.workspaces(box.taskrouter["workspace_sid"])


@pytest.fixture
def worker(workspace):
    """Somebody who takes no part in the simulation."""
    activities = {one.friendly_name: one.sid for one in workspace.activities.list()}
    made = workspace.workers.create(
        friendly_name="Browser Ann",
        activity_sid=activities["Available"],
        attributes=json.dumps({"team": "Browsers"}),
    )
    yield made
    workspace.workers(made.sid).delete()
