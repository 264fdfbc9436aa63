"""Event callbacks: signed as Twilio signs, tried again, and only where allowed."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from taskrouter import guard
from tests.machine import wait_until


class Listener(ThreadingHTTPServer):
    """Notes every form with its signature; answers 500 as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.heard: list[tuple[dict[str, str], str]] = []
        self.instruction = ""
        "The body of each answer, if there is to be one."
        self.failures = failures
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/events?shift=1"


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(parse_qsl(body, keep_blank_values=True))
        self.server.heard.append((form, self.headers["X-Twilio-Signature"]))
        broken = self.server.failures > 0
        self.server.failures -= broken
        self.send_response(500 if broken else 200 if self.server.instruction else 204)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        if self.server.instruction and not broken:
            self.wfile.write(self.server.instruction.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener():
    server = Listener()
    yield server
    server.shutdown()
    server.server_close()


def types(listener: Listener) -> list[str]:
    return [form["EventType"] for form, _ in listener.heard]


def test_an_event_is_told_with_a_signature_that_twilios_validator_accepts(
    taskrouter, http, ws, listener
) -> None:
    http.post(ws, data={"EventCallbackUrl": listener.url}).raise_for_status()
    http.post(f"{ws}/Workers", data={"FriendlyName": "Ann"}).raise_for_status()
    wait_until(lambda: "worker.created" in types(listener), 5, "worker.created is told")
    validator = RequestValidator(taskrouter.credentials[1])
    assert all(
        validator.validate(listener.url, form, signature)
        for form, signature in listener.heard
    )
    [form] = [f for f, _ in listener.heard if f["EventType"] == "worker.created"]
    [logged] = http.get(f"{ws}/Events", params={"EventType": "worker.created"}).json()[
        "events"
    ]
    assert (form["Sid"], form["WorkerName"]) == (logged["sid"], "Ann")
    assert int(form["TimestampMs"]) == logged["event_date_ms"]


def test_only_the_wanted_types_are_told(http, ws, listener) -> None:
    wanted = {"EventCallbackUrl": listener.url, "EventsFilter": "worker.created"}
    http.post(ws, data=wanted).raise_for_status()
    http.post(f"{ws}/Activities", data={"FriendlyName": "Meeting"}).raise_for_status()
    http.post(f"{ws}/Workers", data={"FriendlyName": "Ann"}).raise_for_status()
    wait_until(lambda: types(listener), 5, "a callback")
    assert set(types(listener)) == {"worker.created"}


def test_a_callback_that_fails_is_told_again(http, ws, listener) -> None:
    listener.failures = 1
    wanted = {"EventCallbackUrl": listener.url, "EventsFilter": "worker.created"}
    http.post(ws, data=wanted).raise_for_status()
    http.post(f"{ws}/Workers", data={"FriendlyName": "Ann"}).raise_for_status()
    wait_until(lambda: len(listener.heard) == 2, 8, "a second try")
    assert listener.heard[0][0]["Sid"] == listener.heard[1][0]["Sid"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:80/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[::ffff:10.0.0.1]/",
        "http://0.0.0.0/",
        "http://localhost/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://user:pass@93.184.216.34/",
        "not a url",
    ],
)
def test_a_private_or_odd_address_may_not_be_called(url) -> None:
    with pytest.raises(guard.Forbidden):
        guard.judge(url, [])


def test_a_network_that_is_allowed_may_be_called_at_the_judged_address() -> None:
    pinned = guard.judge("http://127.0.0.1:8080/x#a", guard.networks(["127.0.0.0/8"]))
    assert (pinned.ip, str(pinned.url)) == ("127.0.0.1", "http://127.0.0.1:8080/x")


def test_a_deleted_workspace_is_told_of_at_the_address_it_had(http, listener) -> None:
    made = http.post(
        "/Workspaces",
        data={"FriendlyName": "Short-lived", "EventCallbackUrl": listener.url},
    ).json()
    http.delete(f"/Workspaces/{made['sid']}").raise_for_status()
    wait_until(lambda: "workspace.deleted" in types(listener), 5, "its end is told")


def test_an_instruction_that_makes_no_sense_costs_nobody_else_a_callback(
    http, ws, listener
) -> None:
    listener.instruction = '{"instruction": "reject", "activity_sid": [1]}'
    one_at_work(http, ws, AssignmentCallbackUrl=listener.url)
    for _ in range(70):  # more than there are senders
        http.post(f"{ws}/Tasks").raise_for_status()
    wait_until(lambda: len(listener.heard) >= 70, 20, "every offer is asked about")
    listener.instruction = '{"instruction": "accept"}'
    task = http.post(f"{ws}/Tasks").json()
    wait_until(lambda: status(http, task) == "assigned", 10, "the answer is obeyed")


def one_at_work(http, ws, **workflow: str) -> None:
    """A worker with room for everything, and this of the template's workflow."""
    available = http.get(f"{ws}/Activities?FriendlyName=Available").json()
    worker = http.post(
        f"{ws}/Workers",
        data={
            "FriendlyName": "Ann",
            "ActivitySid": available["activities"][0]["sid"],
        },
    ).json()
    http.post(
        f"{ws}/Workers/{worker['sid']}/Channels/default", data={"Capacity": "1000"}
    ).raise_for_status()
    [flow] = http.get(f"{ws}/Workflows").json()["workflows"]
    http.post(f"{ws}/Workflows/{flow['sid']}", data=workflow).raise_for_status()


def status(http, task: dict) -> str:
    return str(http.get(task["url"]).json()["assignment_status"])
