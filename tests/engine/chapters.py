"""The chapters of the written day: each kind of work, and everything that is kept."""

from taskrouter.engine import commands
from tests.builders import ACCOUNT, START, to, when
from tests.engine.teller import Story


def work(story: Story) -> None:
    """From the making of everything to a task that is done."""
    ann = story.worker("Ann", team="red", contact_uri="client:ann")
    red = story.queue("Red", "team == 'red'", max_reserved_workers=2)
    wide = story.queue("Wide", task_order="LIFO")
    url = "https://floor.example/assign"
    flow = story.workflow(
        when("kind == 'a'", to(red, timeout=30, priority=5), to(wide), name="A only"),
        when("1==1", to(wide, expression="worker.team == task.team")),
        default=wide,
        assignment_callback_url=url,
    )
    task = story.task(flow, attributes={"kind": "a"}, task_channel="voice")
    story.pass_time(4)
    story.answer(task, "rejected")
    story.pass_time(3)
    story.ask(commands.UpdateTask, sid=task.sid, priority=7, reason="called twice")
    story.ask(commands.UpdateTask, sid=task.sid, virtual_start_time=START)
    story.answer(task)
    story.pass_time(60)
    story.end(task, "wrapping", "noted")
    story.answer(task, "completed")
    nobody = story.task(flow, attributes={"kind": "b", "team": "none"})
    story.ask(commands.UpdateTask, sid=nobody.sid, attributes='{"kind": "a"}')
    story.set_activity(ann, "Offline", reject_pending_reservations=True)
    story.set_activity(ann, "Available")
    story.answer(nobody)
    story.end(nobody, "completed", "sold")
    straight = story.task(routing_target=ann.sid, timeout=60)
    story.ask(commands.CancelReservation, sid=story.offers(straight)[-1].sid)
    story.answer(straight)
    story.ask(commands.DeleteTask, sid=straight.sid)
    story.end(story.task(task_queue_sid=wide, priority=3), "canceled", "hung up")


def transfers(story: Story) -> None:
    bob = story.worker("Bob", team="blue")
    blue = story.queue("Blue", "team == 'blue'")
    red = next(one.sid for one in story.state.task_queues.values())
    task = story.task(task_queue_sid=red, attributes={"call": 1})
    story.pass_time(5)
    story.answer(task)
    hand = {"task_sid": task.sid, "mode": "WARM"}
    story.ask(commands.CreateTransfer, **hand, to=bob.sid)
    story.answer(task, "rejected")
    called_off = story.ask(commands.CreateTransfer, **hand, to=blue, priority=2)
    story.ask(commands.CancelTransfer, sid=called_off.sid)
    story.ask(commands.CreateTransfer, task_sid=task.sid, to=blue, attributes="{}")
    story.pass_time(9)
    story.answer(task)
    story.answer(task, "completed", 0)
    story.end(task, "completed")
    again = story.task(task_queue_sid=red)
    story.answer(again)
    story.ask(commands.CreateTransfer, task_sid=again.sid, to=bob.sid)
    story.end(again, "canceled", "hung up")


def timeouts(story: Story) -> None:
    nobody = story.queue("Nobody", "1==2")
    skipped = to(nobody, skip_if="workers.available == 0", priority=9)
    queues = [one.sid for one in story.state.task_queues.values()]
    twice = when("1==1", to(nobody, timeout=10), to(queues[0], timeout=20))
    story.workflow(when("a == 1", skipped), twice, task_reservation_timeout=5)
    short = list(story.state.workflows)[-1]
    story.task(short)
    story.task(short, attributes={"a": 1})
    story.pass_time(40)
    for worker in list(story.state.workers.values()):
        story.set_activity(worker, "Available")
    held = to(queues[1], known_worker_sid="task.sid")
    known = story.workflow(when("1==1", held), task_reservation_timeout=5)
    ann = next(iter(story.state.workers))
    story.answer(story.task(known, attributes={"sid": ann}))
    story.task(known, attributes={"sid": "WK1"}, timeout=30)
    story.pass_time(14 * 86_400)


def resources(story: Story) -> None:
    """Everything changed and deleted; a workspace goes with all it has."""
    ask, state = story.ask, story.state
    ann = story.state.workers[next(iter(state.workers))]
    ask(commands.UpdateWorker, sid=ann.sid, friendly_name="Anna", attributes="")
    for change in ({"capacity": 4}, {"available": False}, {"capacity": 4}):
        ask(commands.UpdateWorkerChannel, worker_sid=ann.sid, sid="voice", **change)
    fields = {"friendly_name": "Fax", "unique_name": "fax"}
    fax = ask(commands.CreateTaskChannel, **fields, channel_optimized_routing=True)
    ask(commands.UpdateTaskChannel, sid="voice", channel_optimized_routing=True)
    ask(commands.UpdateTaskChannel, sid=fax.sid, friendly_name="Telefax")
    ask(commands.DeleteTaskChannel, sid="fax")
    ask(commands.CreateWorker, friendly_name="New")
    lunch = ask(commands.CreateActivity, friendly_name="Lunch")
    ask(commands.CreateActivity, friendly_name="Ready", available=True)
    ask(commands.UpdateActivity, sid=lunch.sid, friendly_name="Break")
    queue = story.queue("Late", reservation_activity_sid=lunch.sid)
    ask(commands.UpdateTaskQueue, sid=queue, target_workers="level > 2")
    ask(commands.UpdateTaskQueue, sid=queue, reservation_activity_sid="")
    flow = story.workflow(default=queue, fallback_assignment_callback_url="http://b")
    ask(commands.UpdateWorkflow, sid=flow, task_reservation_timeout=9)
    ask(commands.UpdateWorkflow, sid=flow, friendly_name="F", re_evaluate_tasks=True)
    ask(commands.DeleteWorkflow, sid=flow)
    ask(commands.DeleteTaskQueue, sid=queue)
    ask(commands.DeleteActivity, sid=lunch.sid)
    ask(commands.DeleteWorker, sid=ann.sid)
    offline = story.activity("Offline")
    ask(commands.UpdateWorkspace, friendly_name="Hall", default_activity_sid=offline)
    story.do(commands.DeleteWorkspace(workspace_sid=story.ws))


def one_at_a_time(story: Story) -> None:
    story.workspace = story.do(
        commands.CreateWorkspace(
            account_sid=ACCOUNT,
            friendly_name="Desk",
            template="FIFO",
            multi_task_enabled=False,
            events_filter="task.created",
        )
    )
    story.ws = story.workspace.sid
    ann = story.worker("Ann")
    task = story.task()
    story.answer(task, "rejected")
    story.answer(task)
    story.end(task, "completed")
    story.set_activity(ann, "Offline")
    story.ask(commands.UpdateWorkspace, multi_task_enabled=True)
