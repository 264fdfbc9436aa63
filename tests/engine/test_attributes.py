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
        ("\ufeff{}", "line 1, column 1: A byte order mark stands before it"),
        ("[1]", "a JSON object is required"),
        (nested(33), "nested more than 32 deep"),
        ('{"a":[' * 17 + "1" + "]}" * 17, "nested more than 32 deep"),
        ('{"a":' + "[" * 100_000, "nested more than 32 deep"),
        ('{"a": 1, "b": 2, "a": 3}', "line 1, column 18: 'a' is given twice"),
        ('{"b": 1,\n "a": {"b": 1, "b": 1}}', "line 2, column 16: 'b' is given twice"),
        ('{"a": [{"b": {"c": 1}, "b": 1}]}', "column 24: 'b' is given twice"),
        ('{"a": {"b": 1}, "a": {"b": 2}}', "column 17: 'a' is given twice"),
        ('{"a": {"b": 1}, "b": [], "b": 2}', "column 26: 'b' is given twice"),
        ('{"": 1, "": 2}', "'' is given twice"),
        ('{"1": 12, "x": 1, "1": 2}', "column 19: '1' is given twice"),
        ('[1e999x]]],,"', "line 1, column 2: 1e999 is beyond all bounds"),
        ('{"a": NaN}', "line 1, column 7: NaN is not JSON"),
        ('{"a": [1, -Infinity]}', "column 11: -Infinity is not JSON"),
        ('{"a":\n1e999}', "line 2, column 1: 1e999 is beyond all bounds"),
        ('{"a": ' + "9" * 5_000 + "}", "column 7: " + "9" * 40 + " is beyond all"),
        ('{"a": "\\ud83d"}', "half a character"),
        ('{"a\\u0000": 1}', "null character"),
    ],
    ids=lambda text: text[:24],
)
def test_what_others_would_read_otherwise_is_refused(text, why):
    with pytest.raises(Refused, match="Attributes") as caught:
        strict_json.read_object("Attributes", text)
    assert why in caught.value.message


def test_of_very_many_names_the_one_that_is_given_twice_is_told():
    text = "{" + ",".join(f'"{n}": 1' for n in range(100_000)) + ',"99999": 2}'
    with pytest.raises(Refused, match="'99999' is given twice"):
        strict_json.read_object("Attributes", text)


def test_what_all_read_alike_is_read():
    text = '{"a": [1, -2.5e3, "\\ud83d\\ude00", null, true], "\\u00e9": {}}'
    value = strict_json.read_object("Attributes", text)
    assert value == {"a": [1, -2500.0, "😀", None, True], "é": {}}
    assert strict_json.read_object("Attributes", nested(32))
