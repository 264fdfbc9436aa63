"""Whose names are theirs alone, and what empty text does to what was set."""

import pytest

from taskrouter.engine import commands
from taskrouter.engine.refusal import Refused
from tests.builders import ACCOUNT, Centre


@pytest.fixture
def centre() -> Centre:
    return Centre()


def test_workers_activities_and_channels_have_names_of_their_own(centre):
    ws = centre.ws
    centre.worker("Ann")
    for command in (
        commands.CreateWorker(workspace_sid=ws, friendly_name="ANN"),
        commands.CreateActivity(workspace_sid=ws, friendly_name="Offline"),
        commands.CreateTaskChannel(
            workspace_sid=ws, friendly_name="Chat", unique_name="chat"
        ),
    ):
        with pytest.raises(Refused) as caught:
            centre.do(command)
        assert (caught.value.status, caught.value.code) == (409, 20409)


def test_queues_and_workflows_may_be_called_alike(centre):
    queue = centre.queue("Same")
    assert centre.queue("Same") != queue
    flows = [centre.workflow(default=queue) for _ in range(2)]
    for sid in flows:
        centre.do(
            commands.UpdateWorkflow(
                workspace_sid=centre.ws, sid=sid, friendly_name="Same"
            )
        )


def test_a_name_that_stays_is_no_news(centre):
    ann = centre.worker("Ann")
    offline = centre.activity("Offline")
    told = len(centre.events)
    centre.do(
        commands.UpdateActivity(
            workspace_sid=centre.ws, sid=offline, friendly_name="Offline"
        )
    )
    centre.do(
        commands.UpdateWorker(
            workspace_sid=centre.ws, sid=ann.sid, friendly_name="Ann", attributes="{}"
        )
    )
    assert centre.events[told:] == []


def test_empty_text_takes_back_what_was_set(centre):
    activity = centre.activity("Offline")
    fields = ("reservation_activity_sid", "assignment_activity_sid")
    queue = centre.queue("Q", **dict.fromkeys(fields, activity))
    flow = centre.workflow(default=queue, assignment_callback_url="https://one")
    queue_now = centre.do(
        commands.UpdateTaskQueue(
            workspace_sid=centre.ws, sid=queue, **dict.fromkeys(fields, "")
        )
    )
    flow_now = centre.do(
        commands.UpdateWorkflow(
            workspace_sid=centre.ws, sid=flow, assignment_callback_url=""
        )
    )
    assert queue_now.reservation_activity_sid is None
    assert queue_now.assignment_activity_sid is None
    assert flow_now.assignment_callback_url is None


def test_a_single_tasking_workspace_begins_with_the_activities_it_needs(centre):
    made = centre.do(
        commands.CreateWorkspace(
            account_sid=ACCOUNT,
            friendly_name="One at a time",
            multi_task_enabled=False,
            template="FIFO",
        )
    )
    state = centre.state
    activities = {one.friendly_name: one for one in state.inside(made.sid, "activity")}
    available = {name: one.available for name, one in activities.items()}
    assert available == {
        "Offline": False,
        "Idle": True,
        "Reserved": False,
        "Busy": False,
    }
    [queue] = state.inside(made.sid, "task_queue")
    assert queue.reservation_activity_sid == activities["Reserved"].sid
    assert queue.assignment_activity_sid == activities["Busy"].sid
