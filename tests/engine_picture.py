"""What the engine knows beside its records, so that two states can be compared."""

from taskrouter.engine.state import State


def picture(state: State) -> dict:
    """Everything that routing asks of a state beside its records."""
    members, waiting = state.members, state.waiting
    return {
        "members": {queue: set(members.of_queue[queue]) for queue in state.task_queues},
        "ready": ready(state),
        "pending": dict(waiting.pending.everybody()),
        "short": dict(waiting.short.everybody()),
        "load": {
            (worker, channel): (
                state.offers.load(worker, channel),
                state.offers.accepted(worker, channel),
            )
            for worker in state.workers
            for channel in state.task_channels
        },
        "due": state.due.next(),
    }


def ready(state: State) -> dict:
    """Of each queue and channel, who has room, in order."""
    return {
        (queue, channel): list(state.members.ready(queue, channel))
        for queue in state.task_queues
        for channel in state.task_channels
    }
