"""The last chapter of the written day: what is refused, and in which words."""

from typing import Any

import msgspec

from taskrouter.engine import commands
from taskrouter.engine.media import RULES
from tests.builders import ACCOUNT, to, when
from tests.engine.teller import Story


def refusals(story: Story) -> None:
    story.workspace = story.do(
        commands.CreateWorkspace(
            account_sid=ACCOUNT,
            friendly_name="Refusals",
            event_callback_url="https://floor.example/events",
            prioritize_queue_order="LIFO",
        )
    )
    story.ws = story.workspace.sid
    ann = story.worker("Ann")
    queue = story.queue()
    flow = story.workflow(when("1==1", to(queue, expression="1==1")), default=queue)
    task = story.task(flow, attributes={"call_sid": "CA1"})
    refuse_calls(story, story.offers(task)[-1].sid)
    refuse_texts(story, ann.sid)
    refuse_names(story, queue, flow)
    refuse_tasks(story, task.sid, ann.sid)
    refuse_configurations(story, queue)
    refuse_ends(story, ann.sid, queue, flow, task.sid)


def refuse_calls(story: Story, ringing: str) -> None:
    for name in RULES:
        wrong: Any = 10**6
        if name.endswith("event"):
            wrong = ("?",)
        elif name not in ("call_timeout", "dequeue_timeout", "timeout"):
            wrong = "?" if name != "max_participants" else 251
        story.ask(commands.UpdateReservation, sid=ringing, **{name: wrong})
    refuse_instructions(story, ringing)
    for status in ("wrapping", "completed", "rescinded"):
        story.ask(commands.UpdateReservation, sid=ringing, reservation_status=status)
    story.ask(commands.UpdateReservation, sid=ringing, worker_activity_sid="WA1")


def refuse_instructions(story: Story, sid: str) -> None:
    for name in ("call", "redirect", "dequeue", "conference", "supervise", "sing"):
        story.ask(commands.UpdateReservation, sid=sid, instruction=name)


def refuse_texts(story: Story, ann: str) -> None:
    for attributes in (
        *("{", "[1]", '{"a": NaN}', '{"a": 1e999}', '{"a": 1, "a": 2}'),
        *('{"a": "\\ud800"}', '{"a": ' * 40 + "1" + "}" * 40, " " * 4097),
        '{"a": ' + "[" * 40 + "]" * 40 + "}",
    ):
        story.ask(commands.UpdateWorker, sid=ann, attributes=attributes)
    for name in ("", " ", "x" * 65):
        story.ask(commands.UpdateWorker, sid=ann, friendly_name=name)
    story.ask(commands.UpdateWorker, sid=ann, friendly_name="Eve", if_match=(99,))
    story.ask(commands.UpdateWorker, sid="WK1", friendly_name="Eve")
    story.ask(commands.UpdateWorker, sid=ann, activity_sid="WA1")
    story.ask(commands.UpdateWorker, sid=ann, reject_pending_reservations=True)
    story.ask(commands.CreateWorker, friendly_name="ann")
    story.ask(commands.CreateActivity, friendly_name="Offline")
    fields = {"friendly_name": "Chat", "unique_name": "chat"}
    story.ask(commands.CreateTaskChannel, **fields)
    story.ask(commands.CreateTaskChannel, **{**fields, "unique_name": "1st"})
    story.ask(commands.DeleteTaskChannel, sid="chat")
    story.ask(commands.DeleteTaskChannel, sid="fax")
    channel = {"worker_sid": ann, "sid": "fax"}
    story.ask(commands.UpdateWorkerChannel, **channel)
    story.ask(commands.UpdateWorkerChannel, **{**channel, "sid": "chat"}, capacity=-1)
    for change in (
        *({"event_callback_url": "ftp://x"}, {"prioritize_queue_order": "x"}),
        *({"default_activity_sid": "WA1"}, {"timeout_activity_sid": "WA1"}),
    ):
        story.ask(commands.UpdateWorkspace, **change)
    made = {"account_sid": ACCOUNT, "friendly_name": "X", "template": "x"}
    story.do(commands.CreateWorkspace(**made))
    story.do(commands.DeleteWorkspace(workspace_sid="WS1"))


def refuse_names(story: Story, queue: str, flow: str) -> None:
    nameless = {"friendly_name": ""}
    story.do(commands.CreateWorkspace(account_sid=ACCOUNT, **nameless))
    story.ask(commands.UpdateWorkspace, **nameless)
    for create in (
        *(commands.CreateActivity, commands.CreateTaskChannel, commands.CreateWorker),
        *(commands.CreateTaskQueue, commands.CreateWorkflow),
    ):
        story.ask(create, **nameless)
    for update, sid in (
        (commands.UpdateActivity, story.activity("Offline")),
        (commands.UpdateTaskChannel, "chat"),
        (commands.UpdateTaskQueue, queue),
        (commands.UpdateWorkflow, flow),
    ):
        story.ask(update, sid=sid, **nameless)


def refuse_tasks(story: Story, task: str, ann: str) -> None:
    for change in (
        *({"assignment_status": "asleep"}, {"assignment_status": "wrapping"}),
        *({"assignment_status": "completed"}, {"priority": -1}),
        *({"assignment_status": "completed", "attributes": "{}"},),
        *({"task_channel": "fax"}, {"task_channel": "voice"}),
        {"virtual_start_time": story.now + 1},
    ):
        story.ask(commands.UpdateTask, sid=task, **change)
    for fields in (
        *({"routing_target": "XX1"}, {"routing_target": "WK1"}, {"timeout": 0}),
        *({"task_queue_sid": "WQ1"}, {"workflow_sid": "WW1"}),
    ):
        story.ask(commands.CreateTask, **fields)
    story.ask(commands.CreateTransfer, task_sid=task, to=ann)
    story.ask(commands.UpdateTask, sid=task, attributes='{"kept": 1}')
    accepted = story.answer(story.state.tasks[task])
    refuse_instructions(story, accepted.sid)
    story.end(story.state.tasks[task], "canceled")
    for hand in ({}, {"to": ann}, {"to": ann, "mode": "X"}, {"reservation_sid": "WR1"}):
        story.ask(commands.CreateTransfer, task_sid=task, **hand)
    bob = story.worker("Bob", "Offline")
    story.ask(commands.CreateTransfer, task_sid=task, to=bob.sid)
    moved = story.worker("Cid")
    gone = story.ask(commands.CreateTransfer, task_sid=task, to=moved.sid)
    story.ask(commands.CreateTransfer, task_sid=task, to=moved.sid)
    story.ask(commands.CancelTransfer, sid=gone.sid)
    story.ask(commands.CancelTransfer, sid=gone.sid)


def refuse_configurations(story: Story, queue: str) -> None:
    def filters(**target: Any) -> dict[str, Any]:
        return {"filters": [when("1==1", to(queue, **target))]}

    for routing in (
        {},
        *({"filters": 1}, {"filters": [1]}, {"filters": [{"expression": "1==1"}]}),
        {"filters": [{"targets": [{"queue": queue}]}]},
        {"filters": [{"expression": 1, "targets": [{"queue": queue}]}]},
        {"filters": [{"expression": "1==1", "targets": [{}]}]},
        *(filters(timeout=0), filters(priority="x"), filters(expression="(")),
        *(filters(skip_if="("), filters(order_by="("), filters(known_worker_sid="(")),
        *({"default_filter": {"queue": "WQ1"}}, {"default_filter": []}),
    ):
        text = msgspec.json.encode({"task_routing": routing}).decode()
        story.ask(commands.CreateWorkflow, friendly_name="X", configuration=text)
    for fields in ({}, {"configuration": "{"}, {"configuration": " " * 1_038_577}):
        story.ask(commands.CreateWorkflow, friendly_name="X", **fields)


def refuse_ends(story: Story, ann: str, queue: str, flow: str, task: str) -> None:
    """What is used stays."""
    story.ask(commands.DeleteWorker, sid=ann)
    for sid in ("Offline", "Available"):
        story.ask(commands.DeleteActivity, sid=story.activity(sid))
    story.ask(
        commands.UpdateWorkspace, timeout_activity_sid=story.activity("Unavailable")
    )
    story.ask(commands.DeleteActivity, sid=story.activity("Unavailable"))
    lunch = story.ask(commands.CreateActivity, friendly_name="Lunch")
    other = story.queue("Other", "1==2", assignment_activity_sid=lunch.sid)
    story.ask(commands.DeleteActivity, sid=lunch.sid)
    waiting = story.task(routing_target=other)
    story.ask(commands.DeleteTaskQueue, sid=other)
    story.ask(commands.DeleteTaskQueue, sid=queue)
    story.end(waiting, "canceled")
    fields = {"friendly_name": "Fax", "unique_name": "fax"}
    story.ask(commands.CreateTaskChannel, **fields)
    story.task(flow, task_channel="fax")
    story.ask(commands.DeleteTaskChannel, sid="fax")
    story.set_activity(story.state.workers[ann], "Offline")
    story.task(flow)
    story.ask(commands.DeleteWorkflow, sid=flow)
    story.workflow(default=other)
    story.ask(commands.CreateTask)
    story.ask(commands.UpdateTaskQueue, sid=queue, target_workers="(")
    story.ask(commands.UpdateTaskQueue, sid=queue, max_reserved_workers=51)
    story.ask(commands.UpdateTaskQueue, sid=queue, task_order="x")
    story.ask(commands.UpdateTaskQueue, sid=queue, reservation_activity_sid="WA1")
    story.ask(commands.UpdateTaskQueue, sid=queue, assignment_activity_sid="WA1")
    story.ask(commands.UpdateWorkflow, sid=flow, task_reservation_timeout=86_401)
    story.ask(commands.UpdateWorkflow, sid=flow, assignment_callback_url="x")
    story.ask(commands.UpdateWorkflow, sid=flow, fallback_assignment_callback_url="x")
    first = story.offers(story.state.tasks[task])[0]
    story.ask(commands.UpdateReservation, sid=first.sid, reservation_status="rejected")
