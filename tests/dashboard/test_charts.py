"""What a chart says on hover: each interval once, and the present one \"so far\"."""

import pytest

from dashboard import charts

DAY = 1_767_225_600_000
QUARTER = 900_000


def intervals(n: int) -> list[dict]:
    return [
        {"start": DAY + at * QUARTER, "sl": [8, 10], "entered": 3, "waiting_end": at}
        for at in range(n)
    ]


def told(figure: dict, name: str) -> list[tuple[int, str]]:
    """(interval, words) of every point that a pointer finds."""
    found = []
    for trace in figure["data"]:
        points = range(len(trace["x"]) if trace.get("name") == name else 0)
        every = trace["hoverinfo"]
        for point in points:
            info = every if isinstance(every, str) else every[point]
            words = trace["hovertemplate"]
            words = words if isinstance(words, str) else words[point]
            if info != "skip":
                at = (trace["x"][point] - DAY) // QUARTER
                found.append((at, words.partition("%")[0].strip()))
    return sorted(found)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_each_interval_of_today_is_told_once_and_the_present_so_far(n: int) -> None:
    figure = charts.service_level(intervals(n), "UTC", DAY, 80)
    closed = [(at, "") for at in range(n - 1)]
    assert told(figure, "service level") == [*closed, (n - 1, "so far")]


@pytest.mark.parametrize(("over", "rows"), [(0, 1), (1, 2), (3, 3), (3, 4)])
def test_each_row_of_a_report_is_told_once(over: int, rows: int) -> None:
    series = [
        (DAY + at * QUARTER, DAY + (at + 1) * QUARTER, (8, 10)) for at in range(rows)
    ]
    whole = (DAY, DAY + 86_400_000)
    figure = charts.levels(series, "UTC", whole, 80, DAY + over * QUARTER)
    closed = [(at, "") for at in range(over)]
    present = [(over, "so far")] if rows > over else []
    assert told(figure, "service level") == [*closed, *present]


def test_the_month_is_named_at_its_first_mark_alone() -> None:
    """DAY is the first of January; names side by side fit in no small window."""
    day = 96 * QUARTER
    figure = charts.levels([], "UTC", (DAY - 3 * day, DAY + 3 * day), 80, DAY)
    axis = figure["layout"]["xaxis"]
    assert axis["ticktext"] == ["29<br>Dec", "30", "31", "01<br>Jan", "02", "03"]
    assert axis["tickangle"] == 0
