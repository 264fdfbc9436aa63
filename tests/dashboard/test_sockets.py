"""The live socket: who may follow, and what a board is sent."""

import json

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from config.asgi import application
from dashboard import hub
from dashboard.consumers import LiveConsumer
from statsync.actions import ingest
from tests.statsync import made_up

pytestmark = pytest.mark.django_db(transaction=True)
ORIGIN = [(b"origin", b"http://testserver"), (b"host", b"testserver")]


@pytest.fixture(autouse=True)
def no_hub_is_left():
    hub._hubs.clear()
    yield
    hub._hubs.clear()


@pytest.fixture
def user() -> User:
    return User.objects.create(username="kim")


@pytest.fixture
def workspace():
    workspace = made_up.connected()
    ingest.ingest(workspace, made_up.day()[1][:300], True, made_up.NOW)
    return workspace


class Socket(ApplicationCommunicator):
    """A browser's end of the socket."""

    def __init__(self, user, headers=ORIGIN, session=None) -> None:
        scope = {"type": "websocket", "path": "/live/", "headers": headers}
        who = {"user": user, "session": session}
        super().__init__(LiveConsumer.as_asgi(), {**scope, **who})

    async def connect(self) -> tuple[bool, int]:
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(5)
        return answer["type"] == "websocket.accept", answer.get("code", 0)

    async def send_to(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def receive(self) -> dict:
        message = await self.receive_output(5)
        told: dict = json.loads(message["text"])
        return told

    async def closed(self) -> int:
        return int((await self.receive_output(5))["code"])

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(5)


def hello(workspace, **changes: str) -> str:
    said = {"workspace": workspace.sid, "board": "overview", "cursor": ""}
    return json.dumps({"type": "hello", **said, **changes})


async def test_a_board_gets_a_snapshot_and_then_what_changes(user, workspace) -> None:
    made = Socket(user)
    assert (await made.connect())[0]
    await made.send_to(hello(workspace))
    snapshot = await made.receive()
    assert snapshot["type"] == "snapshot"
    assert {"total", "queue"} <= snapshot["rows"].keys()
    await database_sync_to_async(ingest.ingest)(
        workspace, made_up.day()[1][300:400], True, made_up.NOW
    )
    frame = await made.receive()
    assert frame["type"] == "frame"
    assert frame["cursor"] > snapshot["cursor"]
    assert frame["rows"]
    await made.disconnect()


async def test_who_comes_back_gets_only_what_he_missed(user, workspace) -> None:
    first = Socket(user)
    await first.connect()
    await first.send_to(hello(workspace, board="queues"))
    cursor = (await first.receive())["cursor"]
    await first.disconnect()
    again = Socket(user)
    await again.connect()
    await again.send_to(hello(workspace, board="queues", cursor=cursor))
    assert (await again.receive())["type"] == "beat"
    await again.disconnect()


async def test_a_board_is_sent_its_own_kinds_alone(user, workspace) -> None:
    made = Socket(user)
    await made.connect()
    await made.send_to(hello(workspace, board="frame"))
    assert (await made.receive())["rows"].keys() <= {"feed"}
    await made.disconnect()


@pytest.mark.parametrize(
    "headers",
    [
        [(b"host", b"testserver")],
        [(b"origin", b"http://evil.test"), (b"host", b"testserver")],
        [(b"origin", b"http://[::1"), (b"host", b"testserver")],
    ],
    ids=["no origin", "another site", "no address"],
)
async def test_a_page_of_another_site_is_not_let_in(user, workspace, headers) -> None:
    accepted, code = await Socket(user, headers).connect()
    assert (accepted, code) == (False, 4401)


async def test_who_is_signed_out_is_told_so(workspace) -> None:
    made = Socket(AnonymousUser())
    await made.connect()
    closing = await made.receive()
    assert (closing["type"], closing["reason"][:18]) == (
        "closing",
        "You are signed out",
    )
    assert await made.closed() in (4400, 4401)


async def test_a_right_that_was_taken_away_holds_at_once(user, workspace) -> None:
    made = Socket(user)
    await made.connect()
    await User.objects.filter(pk=user.pk).aupdate(is_active=False)
    await made.send_to(hello(workspace))
    assert "signed out" in (await made.receive())["reason"]
    assert await made.closed() in (4400, 4401)


def session_of(client: Client) -> SessionStore:
    return SessionStore(client.session.session_key)


@pytest.fixture
def browser(user) -> Client:
    """Signed in with a password."""
    user.set_password("rail-lamp-9")
    user.save()
    client = Client()
    client.force_login(
        user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


async def followed(user, workspace, session, monkeypatch) -> Socket:
    """A socket that has its snapshot, at a hub that asks for rights at every turn."""
    monkeypatch.setattr(hub, "RIGHTS_SECONDS", 0)
    made = Socket(user, session=session)
    await made.connect()
    await made.send_to(hello(workspace))
    assert (await made.receive())["type"] == "snapshot"
    return made


async def is_dismissed(made: Socket) -> bool:
    while (message := await made.receive())["type"] != "closing":
        assert message["type"] == "beat"
    return "signed out" in message["reason"] and await made.closed() == 4401


async def test_who_signs_out_is_no_longer_told(
    user, workspace, browser, monkeypatch
) -> None:
    session = session_of(browser)
    made = await followed(user, workspace, session, monkeypatch)
    await session.aflush()
    assert await is_dismissed(made)


async def test_a_changed_password_ends_the_sockets_of_the_old_one(
    user, workspace, browser, monkeypatch
) -> None:
    made = await followed(user, workspace, session_of(browser), monkeypatch)
    user.set_password("signal-arm-7")
    await user.asave()
    assert await is_dismissed(made)


async def test_who_changes_his_own_password_is_let_in_again_at_once(
    user, workspace, browser, monkeypatch
) -> None:
    made = await followed(user, workspace, session_of(browser), monkeypatch)
    new = {"new_password1": "signal-arm-7", "new_password2": "signal-arm-7"}
    answer = await database_sync_to_async(browser.post)(
        "/password/", {"old_password": "rail-lamp-9", **new}
    )
    assert answer.status_code == 302
    assert await is_dismissed(made)
    again = await followed(user, workspace, session_of(browser), monkeypatch)
    assert (await again.receive())["type"] == "beat"
    await again.disconnect()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"type": "dance"}',
        '{"type": "hello", "board": "overview"}',
        "x" * 9999,
        "[" * 4000,
        '{"type":"hello","workspace":"\\ud800","board":"overview","cursor":""}',
    ],
    ids=["empty", "cut", "list", "unknown", "incomplete", "too long", "deep", "half"],
)
async def test_what_is_no_hello_ends_the_talk_with_a_sentence(
    user, workspace, text
) -> None:
    made = Socket(user)
    await made.connect()
    await made.send_to(text)
    assert "language" in (await made.receive())["reason"]
    assert await made.closed() in (4400, 4401)


@pytest.mark.parametrize(
    "changes", [{"workspace": "WS" + "0" * 32}, {"board": "secrets"}], ids=str
)
async def test_an_unknown_workspace_or_board_is_refused(
    user, workspace, changes
) -> None:
    made = Socket(user)
    await made.connect()
    await made.send_to(json.dumps({**json.loads(hello(workspace)), **changes}))
    assert (await made.receive())["type"] == "closing"
    assert await made.closed() == 4400


async def test_a_cursor_of_odd_digits_gets_a_snapshot(user, workspace) -> None:
    made = Socket(user)
    await made.connect()
    await made.send_to(hello(workspace, cursor="abc:" + "9" * 60))
    assert (await made.receive())["type"] == "snapshot"
    await made.disconnect()


async def test_a_socket_to_nowhere_is_refused() -> None:
    scope = {"type": "websocket", "path": "/nope/", "headers": ORIGIN}
    lost = ApplicationCommunicator(application, scope)
    await lost.send_input({"type": "websocket.connect"})
    assert (await lost.receive_output(5))["type"] == "websocket.close"
