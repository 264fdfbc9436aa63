"""A task comes in: whether there is room for it, and where it goes first."""

from taskrouter.engine import checks, routing, tasks
from taskrouter.engine.checks import given, or_empty, or_unset
from taskrouter.engine.commands import CreateTask
from taskrouter.engine.records import TASK_LIVE, Task, Workflow
from taskrouter.engine.refusal import Refused
from taskrouter.engine.task_events import tell
from taskrouter.engine.turn import Turn

MOST_LIVE = 25_000
LONGEST_TTL = 1_209_600


def create(turn: Turn, command: CreateTask) -> Task:
    checks.the_workspace(turn.state, command.workspace_sid)
    tasks.judge(turn, command)
    checks.between("Timeout", command.timeout, 1, LONGEST_TTL)
    judge_room(turn, command.workspace_sid)
    channel = tasks.channel_of(turn, command)
    route = straight_to(turn, command)
    workflow = workflow_of(turn, command, route)
    turn.state.sequence += 1
    task = turn.put(
        Task(
            sid=turn.sids.new("WT"),
            workspace_sid=command.workspace_sid,
            workflow_sid=workflow.sid if workflow else None,
            task_channel_sid=channel.sid,
            attributes=given(or_empty(command.attributes), "{}"),
            priority=given(command.priority, 0),
            timeout=given(command.timeout, 86_400),
            virtual_start_time=given(command.virtual_start_time, turn.now),
            routing_target=route,
            ignore_capacity=ignores_capacity(command, route),
            sequence=turn.state.sequence,
            date_created=turn.now,
            date_updated=turn.now,
        )
    )
    tell(turn, "task.created", task, "created")
    begin(turn, task, given(command.task_queue_sid, ""))
    return turn.state.tasks[task.sid]


def judge_room(turn: Turn, workspace_sid: str) -> None:
    """Tasks that have ended take no room; they are counted only where it matters."""
    if len(turn.state.sids_inside(workspace_sid, "task")) < MOST_LIVE:
        return
    tasks = turn.state.inside(workspace_sid, "task")
    if sum(one.assignment_status in TASK_LIVE for one in tasks) >= MOST_LIVE:
        raise Refused(f"A Workspace holds at most {MOST_LIVE} live tasks.")


def straight_to(turn: Turn, command: CreateTask) -> str | None:
    """Where the task goes past its workflow: a worker, a queue or another workflow."""
    queue_sid = or_unset(command.task_queue_sid)
    checks.referred(turn.state, "task_queue", command, "TaskQueueSid", queue_sid)
    target = given(command.routing_target, "")
    if not target:
        return given(queue_sid, "") or None
    kind = {"WK": "worker", "WQ": "task_queue", "WW": "workflow"}.get(target[:2])
    if kind is None:
        raise Refused(f"RoutingTarget: {target} is no Worker, TaskQueue or Workflow.")
    checks.referred(turn.state, kind, command, "RoutingTarget", target)
    return target


def workflow_of(turn: Turn, command: CreateTask, route: str | None) -> Workflow | None:
    wanted = given(command.workflow_sid, "") or None
    if route is not None and route.startswith("WW"):
        wanted = route
    if wanted is not None:
        checks.referred(turn.state, "workflow", command, "WorkflowSid", wanted)
        return turn.state.workflows[wanted]
    workflows: list[Workflow] = list(
        turn.state.inside(command.workspace_sid, "workflow")
    )
    if len(workflows) == 1:
        return workflows[0]
    if route is None:
        raise Refused("WorkflowSid: required unless the Workspace has one Workflow.")
    return None


def ignores_capacity(command: CreateTask, route: str | None) -> bool:
    to_worker = route is not None and route.startswith("WK")
    return to_worker and given(command.ignore_capacity, True)


def begin(turn: Turn, task: Task, queue_sid: str) -> None:
    """The queue is where a task belongs that goes straight to a worker."""
    route = task.routing_target or ""
    if route.startswith("WQ"):
        enter(turn, task, route)
    elif route.startswith("WK"):
        task = turn.update(task, only_worker_sid=route, past_queue=True)
        enter(turn, task, queue_sid)
    else:
        tell(turn, "workflow.entered", task, "entered its workflow")
    routing.start(turn, task.sid)


def enter(turn: Turn, task: Task, queue_sid: str) -> None:
    if queue_sid:
        task = turn.update(
            task, task_queue_sid=queue_sid, task_queue_entered_date=turn.now
        )
        tell(turn, "task-queue.entered", task, "entered a queue")
