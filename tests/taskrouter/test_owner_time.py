"""The owner lets time pass: one thing that cannot be dealt with stops nothing else."""

from taskrouter.owner import Owner
from tests.builders import Centre


def test_what_fails_when_it_is_due_ends_neither_the_owner_nor_others() -> None:
    centre = Centre()
    workflow = centre.workflow(default=centre.queue())
    bad = centre.task(workflow, timeout=60, task_channel="voice")
    good = centre.task(workflow, timeout=60, task_channel="chat")
    owner = Owner(lambda: centre.now, seed=1)
    owner._state = centre.state
    del centre.state.task_channels[bad.task_channel_sid]
    later = centre.now + 60_000

    assert owner._let_time_pass(later) == []
    [decision] = owner._let_time_pass(later)

    assert [event.type for event in decision.events] == ["task.canceled"]
    assert centre.now_of(good).assignment_status == "canceled"
    assert centre.now_of(bad).assignment_status == "pending"
