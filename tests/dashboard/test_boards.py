"""The first paint of each board, right without a script."""

import html
import json
import re

import pytest

from tests.road import Road
from tests.statsync import made_up


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def text(markup: str) -> str:
    return re.sub(
        r"\s+",
        " ",
        re.sub(r"<(script|template).*?</\1>|<[^>]+>", " ", markup, flags=re.S),
    )


@pytest.mark.parametrize("path", ["/", "/queues/", "/agents/"])
def test_without_a_workspace_a_board_says_what_belongs_there(admin, path) -> None:
    said = text(page(admin, path))
    assert "No TaskRouter is connected" in said
    assert "Connect an account" in said


def test_the_overview_shows_who_waits_and_hands_its_rows_to_the_browser(
    supervisor, shift: Road
) -> None:
    shift.task(shift.inbound)
    shift.task(shift.inbound)
    shift.settle()
    markup = page(supervisor, "/")
    [waiting] = re.findall(
        r'data-tile="waiting".*?data-figure[^>]*>([^<]*)<', markup, re.S
    )
    assert waiting == "2"
    rows = json.loads(
        re.search(r'id="rows"[^>]*>(.*?)</script>', markup, re.S).group(1)
    )
    assert rows["queue"][shift.billing]["waiting"] == 2
    assert "Billing" in text(markup)


def test_an_agent_stands_in_the_group_of_his_state(supervisor, shift: Road) -> None:
    task = shift.task(shift.inbound)
    shift.accept(task)
    shift.settle()
    markup = page(supervisor, "/agents/")
    body = re.search(r'<tbody data-group="task">(.*?)</tbody>', markup, re.S).group(1)
    assert "Ann" in body
    assert "voice Billing" in body
    assert re.search(r'<tbody data-group="free" hidden>', markup)


def test_no_agents_is_said_with_the_first_step(admin, road: Road) -> None:
    road.settle()
    assert "Create the first worker" in text(page(admin, "/agents/"))


def test_a_name_with_markup_is_shown_as_text(supervisor, shift: Road) -> None:
    shift.worker("<img src=x onerror=alert(1)>", voice=1)
    shift.settle()
    raw = supervisor.get("/agents/").content.decode()
    assert "<img src=x" not in raw
    assert "&lt;img src=x" in raw


def test_jump_finds_pages_queues_and_agents_by_name(supervisor, shift: Road) -> None:
    assert "/agents/#" + shift.ann in page(supervisor, "/jump/?q=ann")
    assert "/queues/#" + shift.billing in page(supervisor, "/jump/?q=bill")
    assert "/history/" in page(supervisor, "/jump/?q=hist")
    assert "Nothing is called “zzz”" in text(page(supervisor, "/jump/?q=zzz"))


def test_trust_says_whether_anything_is_late(supervisor, shift: Road) -> None:
    assert "Sources" in text(page(supervisor, "/trust/"))


def test_before_the_first_numbers_a_board_has_no_places_for_them(supervisor) -> None:
    """static/js/board.js loads such a page again when they come."""
    made_up.connected()
    markup = page(supervisor, "/")
    total = re.search(r"<section[^>]*data-total.*?</section>", markup, re.S).group(0)
    assert "data-format" not in total
    assert "data-chart" not in markup
    assert "first news from TaskRouter" in total
