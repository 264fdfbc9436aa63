"""Attributes: JSON that means the same to everybody who reads it."""

import pytest

from taskrouter.engine import strict_json
from taskrouter.engine.refusal import Refused


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "line 1, column 2"),
        ("[1]", "a JSON object is required"),
        (nested(33), "nested more than 32 deep"),
        ('{"a":' + "[" * 100_000, "nested more than 32 deep"),
        ('{"a": 1, "b": 2, "a": 3}', "'a' is given twice"),
        ('{"a": {"b": 1, "b": 1}}', "'b' is given twice"),
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": -Infinity}', "-Infinity is not JSON"),
        ('{"a": 1e999}', "beyond all bounds"),
        ('{"a": ' + "9" * 5_000 + "}", "not valid JSON"),
        ('{"a": "\\ud83d"}', "half a character"),
        ('{"a\\u0000": 1}', "null character"),
    ],
    ids=lambda text: text[:24],
)
def test_what_others_would_read_otherwise_is_refused(text, why):
    with pytest.raises(Refused, match="Attributes") as caught:
        strict_json.read_object("Attributes", text)
    assert why in caught.value.message


def test_what_all_read_alike_is_read():
    text = '{"a": [1, -2.5e3, "\\ud83d\\ude00", null, true], "\\u00e9": {}}'
    value = strict_json.read_object("Attributes", text)
    assert value == {"a": [1, -2500.0, "😀", None, True], "é": {}}
    assert strict_json.read_object("Attributes", nested(32))
