"""One event that cannot be read leaves the others of its page readable."""

import json

import pytest

from statsync.records import Garbled, parse_page, whole

EVENT = {
    "sid": "EV1",
    "event_type": "task.created",
    "event_date_ms": 1,
    "event_data": {"task_sid": "WT1"},
}


def page(*events: object) -> bytes:
    return json.dumps({"events": events}).encode()


def test_half_a_character_costs_its_own_event_alone() -> None:
    half = {**EVENT, "sid": "EV2", "event_data": {"task_sid": "\ud800"}}
    found = parse_page(page(EVENT, half, {**EVENT, "sid": "EV3"}))
    assert [one.sid for one in found.events] == ["EV1", "EV3"]
    assert len(found.unreadable) == 1
    assert "EV2" in found.unreadable[0].raw


@pytest.mark.parametrize(
    "raw", [b"", b"[" * 100_000, b"{}", b'{"events": 1}', b'{"events": [}'], ids=len
)
def test_what_is_no_page_is_said_to_be_none(raw) -> None:
    with pytest.raises(Garbled):
        parse_page(raw)


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("", None), ("-1", None), ("\u00b2", None), ("9" * 5000, None)],
    ids=["plain", "empty", "negative", "superscript", "endless"],
)
def test_a_whole_number_is_one_of_plain_digits(text, number) -> None:
    assert whole(text) == number
