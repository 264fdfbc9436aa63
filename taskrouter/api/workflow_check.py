"""/signalbox/v1/…/Workflows/Check: ours; what a workflow's document would do today."""

import asyncio
from functools import partial
from typing import Any

from taskrouter.api.call import Answer, Call, endpoint
from taskrouter.api.expressions import batches, live_tasks, sample_attributes
from taskrouter.api.parameters import Reader, Several, text
from taskrouter.api.shapes import Shape
from taskrouter.engine import checks, explain_workflow
from taskrouter.engine.explain_sample import sample
from taskrouter.engine.explain_workflow import Floor, Person
from taskrouter.engine.names import names_for
from taskrouter.engine.refusal import Refused
from taskrouter.engine.state import State

MOST_SAMPLES = 10
CHECK: dict[str, Reader] = {"Configuration": text, "TaskAttributes": Several(text)}
Samples = list[tuple[str, dict[str, Any]]]


async def check(call: Call, ws: str) -> Answer:
    given = call.parameters(CHECK)
    configuration = given.get("configuration", "")
    if not configuration:
        raise Refused("Configuration: required.")
    samples = read_samples(given.get("task_attributes", ()))
    floor, sids = await call.read(lambda state, now: look(state, ws))
    # A megabyte is not searched again for each worker.
    asked = "channel" if "channel" in configuration else ""
    for some in batches(sids):
        floor.people += await call.read(partial(people, asked, some))
    return Answer(await asyncio.to_thread(judged, configuration, samples, floor))


def read_samples(given: tuple[str, ...]) -> Samples:
    if len(given) > MOST_SAMPLES:
        raise Refused(f"TaskAttributes: at most {MOST_SAMPLES} are looked at.")
    return [(one, sample_attributes(one)) for one in given]


def look(state: State, ws: str) -> tuple[Floor, list[str]]:
    checks.the_workspace(state, ws)
    queues = {one.sid: one for one in state.inside(ws, "task_queue")}
    tasks = [state.task_values[sid] for sid in live_tasks(state, ws)]
    return Floor(queues, tasks), list(state.sids_inside(ws, "worker"))


def people(asked: str, sids: list[str], state: State, now: int) -> list[Person]:
    """Of those that are still there, with their channels if these are asked for."""
    return [
        Person(
            sid,
            state.workers[sid].friendly_name,
            state.worker_values[sid],
            names_for(state, {}, sid, asked)["worker"],
        )
        for sid in sids
        if sid in state.workers
    ]


def judged(configuration: str, samples: Samples, floor: Floor) -> Shape:
    found = explain_workflow.check(configuration, floor)
    floor.refill()
    asked = samples if not found.mistakes else []
    return {
        "valid": not found.mistakes,
        "errors": found.mistakes,
        "warnings": found.warnings,
        "tasks": [
            sample(text, values, found.configuration, floor) for text, values in asked
        ],
    }


view = endpoint(POST=check)
