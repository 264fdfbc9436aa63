"""Pages: every row once, by tokens that belong to one list and its filters."""

import httpx
import pytest


@pytest.fixture
def activities(http, ws) -> list[str]:
    """Sids of all, in order; two are called alike but for their number."""
    for n in range(4):
        http.post(f"{ws}/Activities", data={"FriendlyName": f"A{n}"})
    return [one["sid"] for one in http.get(f"{ws}/Activities").json()["activities"]]


def test_the_next_pages_hold_every_row_once_and_lead_back(http, ws, activities):
    page = http.get(f"{ws}/Activities", params={"PageSize": 3}).json()
    seen = [page]
    while page["meta"]["next_page_url"]:
        page = http.get(page["meta"]["next_page_url"]).json()
        seen.append(page)
    assert [one["sid"] for each in seen for one in each["activities"]] == activities
    assert [each["meta"]["page"] for each in seen] == [0, 1, 2]
    back = http.get(page["meta"]["previous_page_url"]).json()
    assert back["activities"] == seen[1]["activities"]


def test_rows_that_come_and_go_meanwhile_neither_hide_nor_repeat_others(
    http, ws, activities
):
    page = http.get(f"{ws}/Activities", params={"PageSize": 4}).json()
    http.delete(f"{ws}/Activities/{activities[3]}")
    http.post(f"{ws}/Activities", data={"FriendlyName": "New"})
    following = http.get(page["meta"]["next_page_url"]).json()
    assert [one["sid"] for one in following["activities"]][:3] == activities[4:]


def token_of(http, path: str, **filters: str) -> str:
    page = http.get(path, params={"PageSize": 1, **filters}).json()
    return str(httpx.URL(page["meta"]["next_page_url"]).params["PageToken"])


def test_a_token_is_of_no_use_elsewhere(http, ws, activities):
    token = token_of(http, f"{ws}/Activities")
    elsewhere = [
        http.get(f"{ws}/TaskChannels", params={"PageToken": token}),
        http.get(f"{ws}/Events", params={"PageToken": token}),
        http.get(f"{ws}/Activities", params={"PageToken": token, "Available": "true"}),
        http.get(f"{ws}/Activities", params={"PageToken": token[:-1] + "x"}),
        http.get(f"{ws}/Activities", params={"PageToken": "PAWT" + "0" * 32}),
    ]
    assert [answer.status_code for answer in elsewhere] == [400] * 5
    here = http.get(f"{ws}/Activities", params={"PageToken": token, "PageSize": 50})
    assert [one["sid"] for one in here.json()["activities"]] == activities[1:]


def test_pages_are_not_fetched_by_number(http, ws):
    answer = http.get(f"{ws}/Activities", params={"Page": 1})
    assert (answer.status_code, answer.json()["code"]) == (400, 40153)
    assert http.get(f"{ws}/Activities", params={"Page": 0}).status_code == 200


def test_the_addresses_keep_the_filters_as_they_were_given(http, ws):
    query = {"AssignmentStatus": ["pending", "reserved,assigned"], "PageSize": 1}
    meta = http.get(f"{ws}/Tasks", params=query).json()["meta"]
    given = httpx.URL(meta["url"]).params.get_list("AssignmentStatus")
    assert given == ["pending", "reserved,assigned"]


@pytest.mark.parametrize("asked", [5000, 2**63 - 1])
def test_a_page_holds_at_most_1000_rows_however_many_are_asked_for(http, ws, asked):
    meta = http.get(f"{ws}/Activities", params={"PageSize": asked}).json()["meta"]
    assert meta["page_size"] == 1000
    assert httpx.URL(meta["url"]).params["PageSize"] == "1000"
