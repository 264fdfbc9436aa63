"""TaskRouter's event callback: believed when signed, kept once, refused in words."""

import asyncio
import base64
import hashlib
import hmac
import threading
from contextlib import contextmanager

import httpx
import pytest
from django.conf import settings
from django.db import connection, transaction

from clock import now_ms
from config.asgi import application
from statsync.actions import health, lock
from statsync.inbox import asgi, folder
from statsync.models import Event, FeedHealth, InboxEntry
from statsync.queries import trust
from taskrouter.outbox import callback_form
from taskrouter.simulation import past
from tests.statsync import made_up

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "token"


@pytest.fixture
def workspace():
    asgi._known.clear()
    return made_up.connected()


@pytest.fixture
def form(workspace):
    """A worker's activity, as TaskRouter tells of it just now."""
    _state, events, _sid = past.play(made_up.ACCOUNT_SID, 1, 3, 0, made_up.NOW)
    event = next(one for one in events if one.type == "worker.created")
    made = callback_form(event)
    made |= {"TimestampMs": str(now_ms()), "WorkspaceSid": workspace.sid}
    return made


def signed(form: dict[str, str], url: str) -> str:
    text = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


async def post(workspace, form: dict[str, str], signature: str | None = None):
    path = f"/callbacks/{workspace.sid}/events"
    signature = signature or signed(form, settings.PUBLIC_URL + path)
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(
        transport=transport, base_url=settings.PUBLIC_URL
    ) as client:
        headers = {"X-Twilio-Signature": signature}
        return await client.post(path, data=form, headers=headers)


async def test_a_signed_callback_is_kept_before_it_is_answered(workspace, form) -> None:
    answer = await post(workspace, form)
    assert answer.status_code == 204
    [event] = [one async for one in Event.objects.all()]
    assert (event.sid, event.confirmed) == (form["Sid"], False)
    entry = await InboxEntry.objects.aget()
    assert (entry.event_sid, entry.state) == (form["Sid"], "folded")


async def test_the_same_callback_twice_is_kept_once(workspace, form) -> None:
    answers = await asyncio.gather(*(post(workspace, form) for _ in range(3)))
    assert [one.status_code for one in answers] == [204, 204, 204]
    assert await Event.objects.acount() == await InboxEntry.objects.acount() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"WorkerSid": "WK" + "0" * 32}, "signature"),
        ({"Surprise": "1"}, "Unknown parameters: Surprise"),
        ({"AccountSid": "AC" + "0" * 32}, "AccountSid: not the account"),
        ({"WorkspaceSid": "WS" + "0" * 32}, "WorkspaceSid"),
        ({"TimestampMs": "12"}, "TimestampMs: too far"),
        ({"TimestampMs": "soon"}, "TimestampMs: too far"),
        ({"TimestampMs": "\u00b2"}, "TimestampMs: too far"),
        ({"TimestampMs": "9" * 5000}, "TimestampMs: too far"),
    ],
    ids=[
        "changed after signing",
        "unknown name",
        "other account",
        "other workspace",
        "old",
        "no number",
        "superscript",
        "endless",
    ],
)
async def test_what_cannot_be_believed_is_refused_and_not_kept(
    workspace, form, change, words
) -> None:
    path = f"{settings.PUBLIC_URL}/callbacks/{workspace.sid}/events"
    changed = form | change
    signature = signed(form if words == "signature" else changed, path)
    answer = await post(workspace, changed, signature)
    assert answer.status_code == 403
    assert words in answer.text
    assert await Event.objects.acount() == 0


async def test_a_workspace_that_is_not_connected_is_refused(workspace, form) -> None:
    workspace.sid = "WS" + "9" * 32
    assert (await post(workspace, form)).status_code == 403


async def test_an_event_without_its_sid_is_refused(workspace, form) -> None:
    del form["Sid"]
    answer = await post(workspace, form)
    assert (answer.status_code, await Event.objects.acount()) == (400, 0)


async def test_one_bad_callback_keeps_no_other_away(
    workspace, form, monkeypatch
) -> None:
    monkeypatch.setattr(folder, "GATHER_SECONDS", 0.5)
    good = [form | {"Sid": f"EV{n:032}"} for n in range(5)]
    # No database holds such a moment.
    bad = form | {"EventType": "task-queue.entered", "TaskDateCreated": "9" * 18}
    bad |= {"TaskSid": "WT" + "1" * 32, "TaskQueueSid": "WQ" + "1" * 32}
    posts = [post(workspace, one) for one in (bad, *good)]
    answers = await asyncio.gather(*posts)
    assert [one.status_code for one in answers] == [500, 204, 204, 204, 204, 204]
    assert await Event.objects.acount() == 5
    aside = await InboxEntry.objects.aget(state="unreadable")
    assert aside.event_sid == bad["Sid"]


async def test_whoever_waited_too_long_stops_nobody_behind_him(
    workspace, form, monkeypatch
) -> None:
    await post(workspace, form)
    thread = folder.folder._thread
    patience = asgi.PATIENCE_SECONDS
    monkeypatch.setattr(asgi, "PATIENCE_SECONDS", 0.2)
    with busy_database(workspace):
        late = await asyncio.gather(
            *(post(workspace, form | {"Sid": f"EV{n:032}"}) for n in range(3))
        )
    assert [one.status_code for one in late] == [503, 503, 503]
    monkeypatch.setattr(asgi, "PATIENCE_SECONDS", patience)
    answer = await post(workspace, form | {"Sid": f"EV{9:032}"})
    assert answer.status_code == 204
    assert folder.folder._thread is thread
    assert thread.is_alive()


@contextmanager
def busy_database(workspace):
    """Somebody else writes all the while."""
    begun, over = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            lock.hold(workspace)
            begun.set()
            over.wait(10)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    yield
    over.set()
    writer.join()


def test_a_feed_that_fails_says_since_when_and_why(workspace) -> None:
    health.note_success(workspace, "events", made_up.NOW)
    health.note_failure(workspace, "events", made_up.NOW + 5000, "TaskRouter is away.")
    row = FeedHealth.objects.get(feed="events")
    assert (row.ok_ms, row.failures, row.error) == (
        made_up.NOW,
        1,
        "TaskRouter is away.",
    )
    assert trust.feeds(workspace)["events"]["error"] == "TaskRouter is away."
    health.note_success(workspace, "events", made_up.NOW + 9000)
    assert trust.feeds(workspace)["events"]["error"] == ""
