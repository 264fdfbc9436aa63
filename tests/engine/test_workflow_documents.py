"""Documents of workflows, made up: what is checked is what would be saved."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskrouter.engine import explain_workflow, workflow
from taskrouter.engine.explain_sample import sample
from taskrouter.engine.explain_workflow import Floor, Person
from taskrouter.engine.places import places
from taskrouter.engine.records import TaskQueue
from taskrouter.engine.refusal import Refused

QUEUE = TaskQueue(
    sid="WQ1",
    workspace_sid="WS1",
    friendly_name="Line",
    target_workers="team == 'a'",
    date_created=0,
    date_updated=0,
)
RIGHT: dict[str, Any] = {
    "queue": "WQ1",
    "timeout": "30",
    "priority": 3,
    "expression": "task.kind IN worker.kinds",
    "order_by": "worker.level DESC",
    "skip_if": "workers.available == 0",
    "known_worker_sid": "task.sid",
    "known_worker_friendly_name": "task.name",
}
junk = st.recursive(
    st.sampled_from([None, True, -1, 1.5, "", "1==1", "a ==\n 1 b", "\ud800", "é]."]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner)
    ),
    max_leaves=4,
)


def mostly(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 9).flatmap(lambda n: junk if n == 0 else right)


def having(
    optional: dict[str, st.SearchStrategy[Any]], **required: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    own = st.fixed_dictionaries(required, optional={**optional, "odd.key": junk})
    return mostly(own)


targets = having(
    {name: mostly(st.just(value)) for name, value in RIGHT.items() if name != "queue"},
    queue=mostly(st.sampled_from(["WQ1", "WQ2"])),
)
filters = having(
    {"filter_friendly_name": mostly(st.just("F")), "friendly_name": junk},
    expression=mostly(st.sampled_from(["1==1", "1==2", "kind == 'x'"])),
    targets=mostly(st.lists(targets, min_size=1, max_size=3)),
)
routings = having(
    {"default_filter": targets},
    filters=mostly(st.lists(filters, min_size=1, max_size=3)),
)
documents = having({}, task_routing=routings)


def floor() -> Floor:
    values = {"team": "a", "kinds": ["x"], "sid": "WK1"}
    return Floor(
        {"WQ1": QUEUE}, [{"kind": "x"}], [Person("WK1", "Ann", values, values)]
    )


def could_be_saved(text: str) -> bool:
    try:
        return workflow.parse(text).queues <= {"WQ1"}
    except Refused:
        return False


@settings(max_examples=150, deadline=None)
@given(documents, st.sampled_from([None, 1]), st.booleans())
def test_a_document_has_no_mistakes_if_and_only_if_it_could_be_saved(
    document: Any, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(
        document, indent=indent, ensure_ascii=ascii_only or halved(document)
    )
    found = explain_workflow.check(text, floor())
    assert (not found.mistakes) == could_be_saved(text)
    lines = text.split("\n")
    for one in [*found.mistakes, *found.warnings]:
        assert 1 <= one.line <= len(lines)
        assert 1 <= one.column <= len(lines[one.line - 1]) + 1
    msgspec.json.encode(found.mistakes + found.warnings)
    if not found.mistakes:
        sample("{}", {"kind": "x"}, found.configuration, floor())


def test_a_long_name_is_told_by_as_much_as_fits_and_with_its_place() -> None:
    routing = '"task_routing": {"default_filter": {"queue": "WQ1"}}'
    text = "{" + routing + ', "' + "n" * 9_000 + '": ' + str([1] * 3_000) + "}"
    [warning] = explain_workflow.check(text, floor()).warnings
    assert (warning.path, warning.column) == ("n" * 64, len(routing) + 9_008)
    assert max(map(len, places(text))) == 64 + len("[2999]")


def test_what_lies_deeper_than_any_meaning_has_no_place_of_its_own() -> None:
    text = '{"a": ' * 900 + "1" + "}" * 900
    assert list(places(text)) == ["", "a", *(".".join("a" * n) for n in range(2, 7))]


def with_priority(priority: int) -> str:
    target = {"queue": "WQ1", "priority": priority}
    return json.dumps({"task_routing": {"default_filter": target}})


def test_a_priority_is_as_high_as_a_tasks_and_no_higher() -> None:
    highest = workflow.parse(with_priority(2_147_483_647)).default
    assert highest is not None
    assert highest.priority == 2_147_483_647
    with pytest.raises(Refused, match="whole number from 0 to 2147483647"):
        workflow.parse(with_priority(2_147_483_648))


def halved(document: Any) -> bool:
    return "\\ud800" in json.dumps(document)


@pytest.mark.parametrize("cut", range(0, 98, 7))
def test_a_document_that_breaks_off_is_told_where(cut: int) -> None:
    target = {"queue": "WQ1", "timeout": 5}
    routing = {"filters": [{"expression": "1==1", "targets": [target]}]}
    text = json.dumps({"task_routing": routing})[:cut]
    [mistake] = explain_workflow.check(text, floor()).mistakes
    assert (mistake.path, mistake.line) == ("", 1)
    assert mistake.column <= cut + 1
    assert mistake.text.startswith("not valid JSON")
