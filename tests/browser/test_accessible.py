"""axe finds nothing wrong on any page, in both themes."""

import pytest
from playwright.sync_api import Page

from tests.box import ROOT, Box

pytestmark = pytest.mark.browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PAGES = [
    "/",
    "/queues/",
    "/agents/",
    "/history/",
    "/trust/",
    "/manage/workers/",
    "/manage/workers/new/",
    "/manage/activities/",
    "/connect/",
    "/password/",
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, box: Box, path: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(box.url + path)
    page.wait_for_timeout(500)
    page.evaluate(AXE.read_text() + "; 1")
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})"
    )
    wrong = [
        f"{one['id']}: {one['help']} {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]
    assert wrong == []
    assert len(found["passes"]) > 10, "axe has looked"
