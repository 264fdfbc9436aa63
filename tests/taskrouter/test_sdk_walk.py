"""The official SDK walks through a contact centre's first day."""

import json

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.machine import wait_until

ROUTING = {
    "task_routing": {
        "filters": [
            {
                "filter_friendly_name": "Spanish",
                "expression": "language == 'es'",
                "targets": [{"queue": "{es}", "order_by": "worker.level DESC"}],
            },
            {
                "filter_friendly_name": "Billing",
                "expression": "type == 'billing'",
                "targets": [{"queue": "{billing}", "timeout": 600, "priority": 5}],
            },
        ],
        "default_filter": {"queue": "{billing}"},
    }
}


@pytest.fixture(scope="module")
def walked(taskrouter):
    """A workspace from the FIFO template with two queues, three workers, a workflow."""
    sdk = taskrouter.sdk()
    made = sdk.taskrouter.v1.workspaces.create(friendly_name="Walk", template="FIFO")
    workspace = sdk.taskrouter.v1.workspaces(made.sid)
    activities = {one.friendly_name: one.sid for one in workspace.activities.list()}
    available = activities["Available"]
    queues = {
        name: workspace.task_queues.create(
            friendly_name=name, target_workers=expression
        ).sid
        for name, expression in {
            "es": "languages HAS 'es'",
            "billing": "skills HAS 'billing'",
        }.items()
    }
    workers = {
        name: workspace.workers.create(
            friendly_name=name,
            activity_sid=available,
            attributes=json.dumps(attributes),
        ).sid
        for name, attributes in {
            "Ana": {"languages": ["es"], "level": 3},
            "Ben": {"languages": ["es"], "level": 9},
            "Cleo": {"skills": ["billing"]},
        }.items()
    }
    document = json.dumps(ROUTING)
    for name, sid in queues.items():
        document = document.replace(f"{{{name}}}", sid)
    workflow = workspace.workflows.create(
        friendly_name="Inbound", configuration=document, task_reservation_timeout=300
    )
    return workspace, queues, workers, workflow.sid


def task(workspace, workflow: str, **attributes):
    return workspace.tasks.create(
        workflow_sid=workflow, attributes=json.dumps(attributes)
    )


def reservation(workspace, made):
    [found] = workspace.tasks(made.sid).reservations.list()
    return found


def test_the_template_brings_what_a_first_task_needs(walked) -> None:
    workspace, *_ = walked
    assert {one.friendly_name for one in workspace.activities.list()} >= {
        "Available",
        "Offline",
    }
    assert workspace.workflows.list()
    assert {one.unique_name for one in workspace.task_channels.list()} >= {
        "default",
        "voice",
        "chat",
    }


def test_a_task_goes_by_filter_and_order_to_the_right_worker_and_to_its_end(
    walked,
) -> None:
    workspace, queues, workers, workflow = walked
    spanish = task(workspace, workflow, language="es")
    offered = reservation(workspace, spanish)
    assert offered.worker_sid == workers["Ben"], "the higher level comes first"

    workspace.tasks(spanish.sid).reservations(offered.sid).update(
        reservation_status="accepted"
    )
    assert workspace.tasks(spanish.sid).fetch().assignment_status == "assigned"
    workspace.workers(workers["Ben"]).reservations(offered.sid).update(
        reservation_status="wrapping"
    )
    assert workspace.tasks(spanish.sid).fetch().assignment_status == "wrapping"
    workspace.tasks(spanish.sid).update(assignment_status="completed", reason="done")
    ended = workspace.tasks(spanish.sid).fetch()
    assert (ended.assignment_status, ended.reason) == ("completed", "done")
    assert ended.task_queue_sid == queues["es"]


def test_the_second_filter_sets_queue_and_priority(walked) -> None:
    workspace, queues, workers, workflow = walked
    billing = task(workspace, workflow, type="billing")
    assert reservation(workspace, billing).worker_sid == workers["Cleo"]
    found = workspace.tasks(billing.sid).fetch()
    assert (found.task_queue_sid, found.priority) == (queues["billing"], 5)
    workspace.tasks(billing.sid).update(assignment_status="canceled", reason="hangup")


def test_events_tell_the_whole_life_of_a_task(walked) -> None:
    workspace, _queues, _workers, workflow = walked
    made = task(workspace, workflow, language="es")
    offered = reservation(workspace, made)
    at = workspace.tasks(made.sid).reservations(offered.sid)
    at.update(reservation_status="accepted")
    workspace.tasks(made.sid).update(assignment_status="completed", reason="done")
    events = workspace.events.list(task_sid=made.sid, minutes=5)
    types = [one.event_type for one in reversed(events)]
    assert types[:5] == [
        "task.created",
        "workflow.entered",
        "workflow.target-matched",
        "task-queue.entered",
        "reservation.created",
    ]
    assert sorted(types[5:]) == [
        "reservation.accepted",
        "reservation.completed",
        "task.completed",
    ]
    told = workspace.events(events[-1].sid).fetch()
    assert told.event_data["task_sid"] == made.sid
    assert json.loads(told.event_data["task_attributes"]) == {"language": "es"}


def test_real_time_statistics_see_who_waits_and_who_is_free(walked) -> None:
    workspace, queues, workers, workflow = walked
    made = task(workspace, workflow, type="billing")
    whole = workspace.real_time_statistics().fetch()
    assert whole.total_workers == len(workers)
    queue = workspace.task_queues(queues["billing"]).real_time_statistics().fetch()
    assert queue.tasks_by_status["reserved"] == 1
    assert queue.total_eligible_workers == 1
    everybody = workspace.workers.real_time_statistics().fetch()
    assert everybody.total_workers == len(workers)
    workspace.tasks(made.sid).update(assignment_status="canceled", reason="hangup")


def test_cumulative_statistics_split_by_wait_time(walked) -> None:
    workspace, queues, _workers, workflow = walked
    for _ in range(2):
        made = task(workspace, workflow, language="es")
        at = workspace.tasks(made.sid)
        at.reservations(reservation(workspace, made).sid).update(
            reservation_status="accepted"
        )
        at.update(assignment_status="completed", reason="done")
    whole = workspace.cumulative_statistics().fetch(
        minutes=15, split_by_wait_time="1,30"
    )
    assert whole.tasks_created >= 2
    assert set(whole.split_by_wait_time) == {"1", "30"}
    queue = (
        workspace.task_queues(queues["es"])
        .cumulative_statistics()
        .fetch(minutes=15, split_by_wait_time="30")
    )
    assert queue.reservations_accepted >= 2
    assert queue.split_by_wait_time["30"]["below"]["reservations_accepted"] >= 2


def test_120_workers_come_in_pages_of_25(taskrouter) -> None:
    sdk = taskrouter.sdk()
    made = sdk.taskrouter.v1.workspaces.create(friendly_name="Many", template="NONE")
    workspace = sdk.taskrouter.v1.workspaces(made.sid)
    sids = {workspace.workers.create(friendly_name=f"W{n:03}").sid for n in range(120)}
    page, sizes, seen = workspace.workers.page(page_size=25), [], []
    while page is not None:
        found = [one.sid for one in page]
        sizes.append(len(found))
        seen += found
        page = page.next_page()
    assert sizes == [25, 25, 25, 25, 20]
    assert (len(seen), set(seen)) == (120, sids)


def test_a_reservation_that_times_out_sends_the_worker_away(taskrouter) -> None:
    sdk = taskrouter.sdk()
    made = sdk.taskrouter.v1.workspaces.create(friendly_name="Late", template="FIFO")
    workspace = sdk.taskrouter.v1.workspaces(made.sid)
    activities = {one.friendly_name: one.sid for one in workspace.activities.list()}
    [workflow] = workspace.workflows.list()
    workspace.workflows(workflow.sid).update(task_reservation_timeout=1)
    worker = workspace.workers.create(
        friendly_name="Ann", activity_sid=activities["Available"]
    )
    workspace.tasks.create(workflow_sid=workflow.sid, attributes="{}")
    wait_until(
        lambda: workspace.workers(worker.sid).fetch().activity_name == "Offline",
        5,
        "Ann is Offline",
    )


def test_the_sdk_gets_taskrouters_own_error(walked) -> None:
    workspace, *_ = walked
    with pytest.raises(TwilioRestException) as raised:
        workspace.workers("WK" + "0" * 32).fetch()
    assert (raised.value.status, raised.value.code) == (404, 20404)
