"""What keeps TaskRouter from answering leaves the client as a sentence."""

import httpx
import pytest

from statsync import client as door
from statsync.client import Client, pool
from statsync.client import client as calls

SID = "WS" + "1" * 32
TOKEN = "very-secret-token"


def client(handler) -> Client:
    return Client(
        "http://taskrouter.test", "AC" + "1" * 32, TOKEN, httpx.MockTransport(handler)
    )


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch) -> None:
    monkeypatch.setattr(calls, "wait_before", lambda n, error: 0.0)


def answering(status: int, text: str = "", **headers: str):
    return lambda request: httpx.Response(status, text=text, headers=headers)


def silent(request):
    raise httpx.ReadTimeout("slow", request=request)


def unreachable(request):
    raise httpx.ConnectError("refused", request=request)


REFUSAL = '{"code": 20404, "message": "was not found", "status": 404}'


@pytest.mark.parametrize(
    ("handler", "error", "words"),
    [
        (
            answering(401, '{"code": 20003, "message": "Authenticate"}'),
            door.NotAuthorised,
            "Authenticate",
        ),
        (answering(404, REFUSAL), door.Refused, "was not found"),
        (answering(404, "<html>proxy</html>"), door.Refused, "404"),
        (answering(429, "{}"), door.Throttled, "fewer requests"),
        (answering(503, "oops"), door.Unreachable, "503"),
        (answering(302, "", location="http://evil.test/"), door.TaskRouterError, "302"),
        (answering(200, '{"sid": "WS'), door.Garbled, "JSON"),
        (answering(200, "[]"), door.Garbled, "object"),
        (silent, door.Unreachable, "did not answer in time"),
        (unreachable, door.Unreachable, "cannot be reached"),
    ],
    ids=[
        "401",
        "404",
        "404 of a proxy",
        "429",
        "503",
        "302",
        "cut",
        "list",
        "silent",
        "refused",
    ],
)
def test_a_failure_is_one_of_ours_in_words_and_never_tells_the_token(
    handler, error, words
) -> None:
    with pytest.raises(error, match=words) as raised:
        client(handler).workspace(SID)
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_read_is_tried_again(status) -> None:
    answers = iter([httpx.Response(status), httpx.Response(200, json={"sid": SID})])
    assert client(lambda request: next(answers)).workspace(SID)["sid"] == SID


def test_a_write_is_never_repeated() -> None:
    asked = []

    def broken(request):
        asked.append(request.method)
        return httpx.Response(500)

    with pytest.raises(door.TaskRouterError):
        client(broken).write("POST", SID, ["Workers"], {"FriendlyName": "Ann"})
    assert asked == ["POST"]


def test_an_answer_without_end_is_cut_off(monkeypatch) -> None:
    monkeypatch.setattr(pool, "LARGEST_BODY", 1000)
    with pytest.raises(door.Garbled, match="cut off"):
        client(answering(200, "x" * 5000)).workspace(SID)


@pytest.mark.parametrize("part", ["..", ".", ""])
def test_a_write_never_leaves_its_place(part) -> None:
    asked = []

    def note(request):
        asked.append((request.method, request.url.path))
        return httpx.Response(204)

    with pytest.raises(door.Refused, match="nothing was asked"):
        client(note).write("DELETE", SID, ["Workers", part], {})
    assert asked == []


def test_what_a_name_holds_stays_within_its_part_of_the_address() -> None:
    asked = []

    def note(request):
        asked.append(request.url.raw_path)
        return httpx.Response(204)

    client(note).write("POST", SID, ["Workers", "a/../b?c#d", "%2e%2e"], {})
    at = f"/v1/Workspaces/{SID}/Workers/a%2F..%2Fb%3Fc%23d/%252e%252e"
    assert asked == [at.encode()]
