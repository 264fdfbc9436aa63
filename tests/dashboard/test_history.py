"""History: rows that add up, a day of any length, and a file that can be trusted."""

import asyncio
import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.reports import comma
from statsync import days
from statsync.models import WorkspaceRule
from statsync.queries import history
from tests.dashboard.filled import said
from tests.road import Road


def today(shift: Road) -> str:
    return datetime.fromtimestamp(shift.day / 1000, UTC).date().isoformat()


@pytest.fixture
def told(shift: Road, monkeypatch) -> Road:
    """One answered, one abandoned, one waiting; the page's clock is TaskRouter's."""
    shift.at("10:00")
    answered, left = shift.task(shift.inbound), shift.task(shift.inbound)
    shift.wait(20)
    shift.accept(answered)
    shift.wait(60)
    shift.leave(left)
    shift.at("10:20")
    shift.task(shift.inbound)
    shift.settle()
    monkeypatch.setattr("dashboard.views.history.now_ms", lambda: shift.api.now)
    return shift


def test_the_page_shows_the_rows_and_says_that_they_add_up(
    supervisor, told: Road
) -> None:
    page = said(supervisor.get("/history/", {"queue": told.billing}))
    assert "✓ In each row" in page
    assert "answered within T ÷" in page
    assert "T 60 s, S 5 s, target 80 %" in page
    assert "so far" in page


def test_an_empty_day_says_so(supervisor, told: Road) -> None:
    asked = {"queue": told.billing, "first": "2026-01-05", "last": "2026-01-05"}
    assert "Nothing happened here" in said(supervisor.get("/history/", asked))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"first": "2026-02-30"}, "valid date"),
        ({"first": "9999-12-31"}, "Choose a day from 2010-01-01 to"),
        ({"first": "0001-01-01"}, "Choose a day from 2010-01-01 to"),
        ({"first": "2026-01-05", "last": "2026-01-04"}, "To lies before From"),
        ({"first": "2026-01-01", "last": "2026-03-01"}, "At most 31 days"),
        ({"queue": "WQ0"}, "WQ0 is not one of the available choices"),
        ({"step": "7"}, "7 is not one of the available choices"),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/history/", "/history.csv"])
def test_a_wrong_range_is_refused_in_words(
    supervisor, told, path, asked, words
) -> None:
    answer = supervisor.get(path, asked)
    assert answer.status_code == 400
    assert words in said(answer)


async def rows_of(answer) -> list[list[str]]:
    text = "".join([part.decode() async for part in answer])
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("step", ["15", "day"])
def test_the_file_has_the_pages_numbers_and_an_end(
    supervisor, told: Road, step
) -> None:
    asked = {"queue": told.billing, "first": today(told), "step": step}
    answer = supervisor.get("/history.csv", asked)
    rows = asyncio.run(rows_of(answer))
    heads = rows[3]
    total = dict(zip(heads, rows[-2], strict=True))
    assert rows[0] == ["queue", "Billing"]
    assert total["state"] == "total"
    assert (total["Entered"], total["Answered"], total["Abandoned"]) == ("3", "1", "1")
    assert (total["SL in time"], total["SL of"]) == ("1", "2")
    assert total["Wait avg (s)"] == "20.0"
    assert rows[-1] == ["end of report", f"{len(rows) - 6} rows"]
    assert "attachment" in answer["Content-Disposition"]


def test_text_that_a_spreadsheet_would_run_is_led_by_an_apostrophe() -> None:
    assert comma.line(["=1+1", "@SUM(A1)", "-2", "+3", -2, 1.5, None]) == (
        "'=1+1,'@SUM(A1),'-2,'+3,-2,1.5,\r\n"
    )


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)],
    ids=["clocks go forward", "clocks go back", "any other"],
)
def test_a_day_is_as_long_as_it_was(day, hours) -> None:
    span = days.span_of(day, "Europe/Berlin", 0)
    assert span[1] - span[0] == hours * 3_600_000
    assert len(days.quarters(span)) == hours * 4
    assert days.day_of(span[0], "Europe/Berlin", 0) == day
    assert days.day_of(span[1] - 1, "Europe/Berlin", 0) == day


def test_days_begin_when_the_workspace_says(told: Road) -> None:
    WorkspaceRule.objects.update(zone="UTC", day_start_minutes=360)
    this = date.fromisoformat(today(told))
    assert history.today(told.workspace, told.ms("05:59")) == this - timedelta(days=1)
    assert history.today(told.workspace, told.ms("06:00")) == this
