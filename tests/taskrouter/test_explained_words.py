"""Who has a task, in words."""

from typing import Any

import pytest

from taskrouter.api.explanations import in_words
from taskrouter.engine import commands, explain_task
from taskrouter.engine.moment import Look
from tests.builders import Centre


@pytest.fixture
def centre() -> Centre:
    return Centre()


def text(centre: Centre, task: Any) -> str:
    look = Look(centre.state, centre.now)
    return in_words(explain_task.see(look, centre.now_of(task), []), None)


def handed_over(centre: Centre) -> tuple[Any, str]:
    """A task that Ann has, and rings at Bob; and its transfer's sid."""
    first, second = centre.queue("A", "team == 'a'"), centre.queue("B", "team == 'b'")
    centre.worker("Ann", team="a")
    centre.worker("Bob", team="b")
    task = centre.task(centre.workflow(default=first))
    centre.answer(task)
    made = centre.do(
        commands.CreateTransfer(
            workspace_sid=centre.ws, task_sid=task.sid, to=second, mode="WARM"
        )
    )
    return task, made.sid


def test_who_hands_over_is_not_said_to_be_rung(centre):
    task, _ = handed_over(centre)
    assert text(centre, task) == "It rings at Bob."
    centre.answer(task)
    assert text(centre, task) == "It is assigned: Bob, Ann have it."


def test_who_has_it_is_named_however_many_were_asked_since(centre):
    task, transfer = handed_over(centre)
    for _ in range(explain_task.MOST_OFFERS):
        centre.answer(task, "rejected")
    centre.do(commands.CancelTransfer(workspace_sid=centre.ws, sid=transfer))
    assert text(centre, task) == "It is assigned: Ann has it."
