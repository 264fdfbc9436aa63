"""The whole way: what happens at TaskRouter is on the boards, and the other way round."""

import json
from collections.abc import Iterator

import pytest

from tests.box import Box, environment, production
from tests.follow import Board, signed_in

SOON = 5.0
"Seconds; how soon it is on a quiet machine, `make bench` says."


@pytest.fixture(scope="module", params=["embedded", "production"])
def running(request, postgresql_url: str, redis_url: str) -> Iterator[Box]:
    if request.param == "embedded":
        box = Box(environment(SIMULATION_PAST_DAYS="0"))
    else:
        box = production(postgresql_url, redis_url)
    yield box.start()
    box.stop()


@pytest.fixture
def client(running: Box) -> Iterator:
    with signed_in(running) as client:
        yield client


@pytest.fixture
def boards(running: Box, client) -> Iterator[dict[str, Board]]:
    found = {
        name: Board(running, client.cookies, name)
        for name in ("overview", "queues", "agents")
    }
    for board in found.values():
        board.wait(lambda rows: rows.get("total"), 30, "the first snapshot")
    yield found
    for board in found.values():
        board.close()


@pytest.fixture
def workspace(running: Box):
    sdk = running.sdk().taskrouter.v1
    return sdk.workspaces(running.taskrouter["workspace_sid"])


def test_what_the_sdk_does_is_on_the_boards(boards, workspace) -> None:
    activities = {one.friendly_name: one.sid for one in workspace.activities.list()}

    queue = workspace.task_queues.create(
        friendly_name="Flow", target_workers="flow == 'yes'"
    )
    boards["queues"].wait(
        lambda rows: rows["queue"].get(queue.sid, {}).get("matching") == 0,
        SOON,
        "the new queue",
    )
    worker = workspace.workers.create(
        friendly_name="Flow Ann",
        activity_sid=activities["Available"],
        attributes=json.dumps({"flow": "yes"}),
    )
    boards["agents"].wait(
        lambda rows: rows["worker"].get(worker.sid, {}).get("state") == "free",
        SOON,
        "the new worker, free",
    )
    boards["queues"].wait(
        lambda rows: rows["queue"][queue.sid]["free"] == 1, SOON, "one free in it"
    )
    workflow = workspace.workflows.create(
        friendly_name="Flow",
        configuration=json.dumps(
            {"task_routing": {"default_filter": {"queue": queue.sid}}}
        ),
        task_reservation_timeout=120,
    )
    task = workspace.tasks.create(
        workflow_sid=workflow.sid, task_channel="voice", attributes="{}"
    )
    boards["overview"].wait(
        lambda rows: rows["queue"][queue.sid]["waiting"] == 1, SOON, "one waiting"
    )
    boards["agents"].wait(
        lambda rows: rows["worker"][worker.sid]["state"] == "offered",
        SOON,
        "it rings at Ann",
    )
    [offered] = workspace.tasks(task.sid).reservations.list()
    workspace.tasks(task.sid).reservations(offered.sid).update(
        reservation_status="accepted"
    )
    boards["agents"].wait(
        lambda rows: rows["worker"][worker.sid]["state"] == "task", SOON, "on a task"
    )
    boards["queues"].wait(
        lambda rows: rows["queue"][queue.sid]["handling"] == 1, SOON, "one handled"
    )
    workspace.tasks(task.sid).update(assignment_status="wrapping", reason="end")
    boards["agents"].wait(
        lambda rows: rows["worker"][worker.sid]["state"] == "wrapping", SOON, "wraps up"
    )
    workspace.tasks(task.sid).update(assignment_status="completed", reason="end")
    boards["agents"].wait(
        lambda rows: rows["worker"][worker.sid]["done_today"] == 1, SOON, "done"
    )
    workspace.workers(worker.sid).update(activity_sid=activities["Break"])
    boards["agents"].wait(
        lambda rows: rows["worker"][worker.sid]["activity"] == "Break", SOON, "a break"
    )
    workspace.workers(worker.sid).delete()
    boards["agents"].wait(
        lambda rows: worker.sid not in rows["worker"], SOON, "nobody is left"
    )


def test_what_the_form_does_the_sdk_reads_and_the_board_shows(
    running: Box, client, boards, workspace
) -> None:
    activities = {one.friendly_name: one.sid for one in workspace.activities.list()}
    made = client.post(
        "/manage/workers/new/",
        data={
            "name": f"Form Ann {len(boards['agents'].rows['worker'])}",
            "activity_sid": activities["Offline"],
            "attributes": '{"team": "Forms"}',
        },
        headers=token(client),
    )
    sid = str(made.url).rstrip("/").rpartition("/")[2]
    boards["agents"].wait(
        lambda rows: rows["worker"].get(sid, {}).get("team") == "Forms", SOON, "made"
    )
    answer = client.post(
        f"/manage/workers/{sid}/activity/",
        data={"activity_sid": activities["Break"]},
        headers=token(client),
    )
    assert answer.json()["state"] == "done"
    assert workspace.workers(sid).fetch().activity_name == "Break"
    boards["agents"].wait(
        lambda rows: rows["worker"][sid]["activity"] == "Break", SOON, "on a break"
    )
    client.post(f"/manage/workers/{sid}/delete/", headers=token(client))
    boards["agents"].wait(lambda rows: sid not in rows["worker"], SOON, "deleted")


def token(client) -> dict[str, str]:
    client.get("/manage/workers/new/")
    return {"X-CSRFToken": client.cookies["csrftoken"], "Referer": str(client.base_url)}
