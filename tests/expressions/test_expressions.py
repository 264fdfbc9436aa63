"""What expressions mean, and how their mistakes are told."""

import pytest

from expressions import ExpressionError, compile_expression, order_clauses

ANN = {
    "languages": ["en", "fr"],
    "level": 7,
    "team": "billing",
    "routing": {"skills": ["claims"], "levels": {"claims": 3}},
    "in": "office",
    "active": True,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("languages HAS 'en'", True),
        ("languages HAS 'es'", False),
        ("'fr' IN languages", True),
        ("team IN ['sales', 'billing']", True),
        ("team NOT IN ['sales']", True),
        ("level > 6 AND level <= 7", True),
        ("level > '6'", False),
        ("team == 'billing' OR 1==2 AND 1==2", True),
        ("(team == 'billing' OR 1==2) AND 1==2", False),
        ("routing.skills HAS 'claims'", True),
        ("routing.levels.claims >= 3", True),
        ("languages[1] == 'fr'", True),
        ("missing == null", True),
        ("missing != 1", True),
        ("missing > 1", False),
        ("team CONTAINS 'bill'", True),
        ("active == true", True),
        ("active == 1", False),
        ("languages == 'en'", False),
        ("team has 'b'", False),
        ('team = "billing"', True),
        ("1==1", True),
    ],
)
def test_an_expression_means_what_the_reference_says(text, expected):
    assert compile_expression(text).matches(ANN) is expected


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("a ==", 1, 5),
        ("a == 'b' AND\n  (c == 1", 2, 10),
        ("a === 1", 1, 5),
        ("a # 1", 1, 3),
        ("languages HAS", 1, 14),
        ("a NOT b", 1, 7),
    ],
)
def test_a_mistake_is_told_by_line_and_column(text, line, column):
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_depth_is_bounded():
    with pytest.raises(ExpressionError, match="brackets"):
        compile_expression("(" * 1000 + "1==1" + ")" * 1000)


def test_length_is_bounded():
    with pytest.raises(ExpressionError, match="at most"):
        compile_expression(" OR ".join(["a == 1"] * 2000))


def test_order_clauses_are_read_with_their_direction():
    assert [down for _, down in order_clauses("worker.a DESC, worker.b")] == [
        True,
        False,
    ]


def test_a_wrong_order_clause_is_refused():
    with pytest.raises(ExpressionError):
        order_clauses("worker.a SIDEWAYS")


@pytest.mark.parametrize(
    ("text", "column"),
    [("worker.a, worker.b UP", 11), ("worker.a, worker. DESC", 18)],
)
def test_a_mistake_in_an_order_clause_is_told_by_its_place(text, column):
    with pytest.raises(ExpressionError) as caught:
        order_clauses(text)
    assert caught.value.column == column
