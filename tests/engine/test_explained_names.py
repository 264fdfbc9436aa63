"""Names that lead to nothing, where a document says what, and what of it is shown."""

import pytest

from taskrouter.engine import explain_workflow
from taskrouter.engine.explain_clause import deciding
from taskrouter.engine.explain_names import unknown_names
from taskrouter.engine.places import places
from tests.builders import Centre, to
from tests.engine.test_explained_samples import floor_of, routed


def suggestions(text: str, *seen: dict, but: str = "") -> list[str | None]:
    return [one.suggestion for one in unknown_names(text, seen, but)]


def joined(names: list[str]) -> str:
    return " OR ".join(f"{name} == 1" for name in names)


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("skills.frnch == 1", "skills.french"),
        ("SKILLS.french == 1", "skills.french"),
        ("worker.skills.french == 1", "skills.french"),
        ("skills.french.level == 1", None),
        ("zzz == 1", None),
        ("levels[3] == 1", None),
    ],
)
def test_the_nearest_name_that_anybody_has_is_suggested(mistyped, meant):
    seen = ({}, {"skills": {}}, {"skills": {"french": 1}, "levels": [1]})
    assert suggestions(mistyped, *seen) == [meant]


@pytest.mark.parametrize("value", [9 * 10**199, -(10**300), "x" * 199])
def test_a_value_of_more_than_200_characters_is_shown_by_its_beginning(value):
    [shown] = deciding("n == 1", {"n": value}).names
    whole = value if isinstance(value, str) else str(value)
    assert shown.value == value if len(whole) == 200 else shown.value.endswith("…")


def test_a_name_below_worker_or_task_is_suggested_where_it_is_there():
    assert suggestions("team == 1", {"worker": {"team": 1}}) == ["worker.team"]
    assert suggestions("kind == 1", {"task": {"kind": 1}}) == ["task.kind"]
    assert suggestions("task.kind == 1 OR tem == 1", {"team": 1}, but="task") == [
        "team"
    ]


def test_where_there_is_nobody_no_name_is_unknown():
    assert suggestions("a == 1") == []


def test_of_an_expression_a_hundred_names_are_looked_up_and_twenty_told():
    names = [f"n{at}" for at in range(102)]
    known = {name: 1 for name in names if name != "n99"}
    assert [one.name for one in unknown_names(joined(names), [known])] == ["n99"]
    known = {name: 1 for name in names if name != "n100"}
    assert unknown_names(joined(names), [known]) == []
    assert len(unknown_names(joined(names[:21]), [{"else": 1}])) == 20


def test_of_a_clause_ten_names_are_shown():
    names = [f"n{at}" for at in range(12)]
    shown = deciding(joined(names), {}).names
    assert [one.name for one in shown] == names[:10]


def test_each_value_of_a_document_has_its_place():
    text = (
        '{"task_routing": {"filters": [{"n": -1.5, "s": "a,:]}\\"", "l": [[true], null]'
        '}, {}], "default_filter": {"queue": ""}}}'
    )
    found = places(text)
    assert {path: text[at] for path, at in found.items()} == {
        "": "{",
        "task_routing": "{",
        "filters": "[",
        "filters[0]": "{",
        "filters[0].n": "-",
        "filters[0].s": '"',
        "filters[0].l": "[",
        "filters[0].l[0]": "[",
        "filters[0].l[0][0]": "t",
        "filters[0].l[1]": "n",
        "filters[1]": "{",
        "default_filter": "{",
        "default_filter.queue": '"',
    }
    assert found["filters[0].n"] == text.index("-1.5")
    assert found["filters[1]"] == text.rindex("{}")


def test_a_mistake_in_an_expression_has_its_place_in_the_document():
    centre = Centre()
    queue = centre.queue()
    text = '{"task_routing": {"filters": [\n {"expression": "\\u0061 == \\"b\\" AND",'
    text += f'\n  "targets": [{{"queue": "{queue}"}}]}}]}}}}'
    [mistake] = explain_workflow.check(text, floor_of(centre)).mistakes
    line = text.splitlines()[1]
    assert (mistake.path, mistake.line) == ("filters[0].expression", 2)
    assert mistake.column == line.index('",') + 1


@pytest.fixture
def centre() -> Centre:
    centre = Centre()
    for n in range(3):
        centre.worker(f"W{n}", level=n)
    return centre


def warned(centre: Centre, left: int | None = None, **target) -> list[str]:
    floor = floor_of(centre)
    floor.left = floor.left if left is None else left
    target = to(centre.queue(f"Q{len(centre.decisions)}"), **target)
    floor.queues = floor_of(centre).queues
    found = explain_workflow.check(
        routed([{"expression": "1==1", "targets": [target]}]), floor
    )
    assert not found.mistakes
    return [one.warning for one in found.warnings]


def test_a_target_is_warned_of_that_holds_for_nobody_whatever_the_task(centre):
    assert warned(centre, expression="worker.level > 2") == ["nobody"]
    assert warned(centre, expression="worker.level > 1") == []
    assert warned(centre, expression="task.level == worker.level") == []
    assert warned(centre, expression="task.level > 2") == []


def test_names_are_looked_for_as_long_as_that_does_not_take_too_long(centre):
    # Three members by the queue, three by the target, and five looks at each for its name.
    assert warned(centre, expression="worker.leveq == 1") == ["nobody", "unknown_name"]
    enough = 3 + 3 + 5 * 3
    both = ["nobody", "unknown_name"]
    assert warned(centre, enough, expression="worker.leveq == 1") == both
    assert warned(centre, enough - 1, expression="worker.leveq == 1") == ["nobody"]


def test_of_a_queue_that_is_not_there_64_characters_are_shown(centre):
    text = routed([{"expression": "1==1", "targets": [to("Q" + "x" * 80)]}])
    [mistake] = explain_workflow.check(text, floor_of(centre)).mistakes
    assert f"TaskQueue Q{'x' * 63} in" in mistake.text
