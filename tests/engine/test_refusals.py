"""What the engine refuses, in words that name the field, changing nothing."""

import copy
import random

import pytest

from taskrouter.engine import commands
from taskrouter.engine.refusal import Refused
from taskrouter.engine.sids import Sids
from tests.builders import Centre, to, when
from tests.engine_picture import picture


@pytest.fixture(scope="module")
def centre() -> Centre:
    centre = Centre()
    centre.worker("Ann")
    centre.workflow(default=centre.queue("Q"))
    return centre


def refused(centre: Centre, command: commands.Command) -> Refused:
    """The refusal; the state must be what it was."""
    before = {
        kind: dict(table) for kind, table in copy.copy(centre.state.tables).items()
    }
    with pytest.raises(Refused) as caught:
        centre.do(command)
    assert centre.state.tables == before
    return caught.value


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"friendly_name": ""}, "FriendlyName"),
        ({"friendly_name": "x" * 65}, "FriendlyName"),
        ({"friendly_name": "ANN"}, "FriendlyName"),
        (
            {"friendly_name": "Bob", "attributes": "{"},
            "Attributes: not valid JSON at line 1",
        ),
        ({"friendly_name": "Bob", "attributes": "[1]"}, "Attributes: a JSON object"),
        ({"friendly_name": "Bob", "attributes": '{"a": NaN}'}, "Attributes"),
        ({"friendly_name": "Bob", "attributes": "[" * 4000}, "Attributes"),
        ({"friendly_name": "Bob", "activity_sid": "WA1"}, "ActivitySid"),
    ],
    ids=["empty", "long", "taken", "broken", "array", "nan", "deep", "activity"],
)
def test_a_wrong_worker_is_refused_by_field(centre, fields, names):
    command = commands.CreateWorker(workspace_sid=centre.ws, **fields)
    assert refused(centre, command).message.startswith(names)


def test_a_name_has_64_characters_at_most_and_attributes_4096():
    centre = Centre()
    attributes = '{"a": "%s"}' % ("x" * (4096 - 9))
    made = centre.do(
        commands.CreateWorker(
            workspace_sid=centre.ws, friendly_name="x" * 64, attributes=attributes
        )
    )
    assert (made.friendly_name, made.attributes) == ("x" * 64, attributes)


def test_a_channels_unique_name_has_64_characters_at_most():
    centre = Centre()
    asked = {"workspace_sid": centre.ws, "friendly_name": "Fax"}
    long = commands.CreateTaskChannel(**asked, unique_name="x" * 65)
    assert refused(centre, long).message.startswith("UniqueName")
    longest = commands.CreateTaskChannel(**asked, unique_name="x" * 64)
    assert centre.do(longest).unique_name == "x" * 64


def test_a_negative_capacity_is_refused(centre):
    worker = next(centre.state.inside(centre.ws, "worker"))
    command = commands.UpdateWorkerChannel(
        workspace_sid=centre.ws, worker_sid=worker.sid, sid="voice", capacity=-1
    )
    assert "Capacity: -1 is not between 0" in refused(centre, command).message


def test_a_mistake_in_an_expression_is_told_by_line_and_column(centre):
    command = commands.CreateTaskQueue(
        workspace_sid=centre.ws, friendly_name="X", target_workers="a == 'b' AND ("
    )
    assert "line 1, column 15" in refused(centre, command).message


def test_a_workflow_that_leads_to_an_unknown_queue_is_refused(centre):
    with pytest.raises(Refused, match="Configuration: there is no TaskQueue WQ1"):
        centre.workflow(when("1==1", to("WQ1")))


def test_a_configuration_names_the_place_of_a_mistake(centre):
    with pytest.raises(Refused, match=r"filters\[0\].targets\[0\].timeout"):
        centre.workflow(when("1==1", to("WQ1", timeout="soon")))


def test_an_unknown_sid_is_not_found(centre):
    command = commands.DeleteWorker(workspace_sid=centre.ws, sid="WK1")
    assert refused(centre, command).status == 404


def test_an_old_version_is_refused(centre):
    worker = next(centre.state.inside(centre.ws, "worker"))
    command = commands.UpdateWorker(
        workspace_sid=centre.ws, sid=worker.sid, friendly_name="Eve", if_match=(99,)
    )
    assert refused(centre, command).status == 412


def test_an_activity_in_use_stays(centre):
    command = commands.DeleteActivity(
        workspace_sid=centre.ws, sid=centre.activity("Available")
    )
    assert "held by 1 of the workers" in refused(centre, command).message


def test_an_assigned_task_is_not_canceled_and_a_pending_one_not_completed():
    centre = Centre()
    workflow = centre.workflow(default=centre.queue())
    waiting = centre.task(workflow)
    with pytest.raises(Refused, match="because it is not currently assigned"):
        centre.end(waiting, "completed")
    centre.worker("Ann")
    centre.answer(waiting)
    with pytest.raises(Refused, match="because it is not pending or reserved"):
        centre.end(waiting, "canceled")


def test_accepting_a_rescinded_reservation_is_gone():
    centre = Centre()
    workflow = centre.workflow(default=centre.queue(max_reserved_workers=2))
    centre.worker("Ann")
    centre.worker("Bob")
    task = centre.task(workflow)
    centre.answer(task, nth=0)
    with pytest.raises(Refused) as caught:
        centre.answer(task, nth=1)
    assert caught.value.status == 410


class NoEvents(Sids):
    """Breaks off every command where it first tells of what it did."""

    def new(self, prefix: str) -> str:
        if prefix == "EV":
            raise RuntimeError("nothing is told")
        return super().new(prefix)


def test_a_command_that_breaks_off_halfway_has_changed_nothing():
    centre = Centre()
    worker, queue = centre.worker("Ann", "Offline"), centre.queue()
    in_workspace = {"workspace_sid": centre.ws}
    fax = {"friendly_name": "Fax", "unique_name": "fax"}
    centre.do(commands.CreateTaskChannel(**in_workspace, **fax))
    centre.sids = NoEvents(random.Random(2))
    before = {kind: dict(table) for kind, table in centre.state.tables.items()}
    known = picture(centre.state)
    for command in (
        commands.DeleteTaskQueue(**in_workspace, sid=queue),
        commands.DeleteTaskChannel(**in_workspace, sid="fax"),
        commands.UpdateWorker(
            **in_workspace, sid=worker.sid, activity_sid=centre.activity("Available")
        ),
        commands.CreateWorker(**in_workspace, friendly_name="Bob"),
    ):
        with pytest.raises(RuntimeError, match="nothing is told"):
            centre.do(command)
    assert centre.state.tables == before
    assert picture(centre.state) == known
