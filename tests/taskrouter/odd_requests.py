"""Requests made up from the API's description, half of them against it."""

import base64
import json
import random
from collections import Counter
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import APIOperation, Case, GenerationMode

from tests.taskrouter import description
from tests.taskrouter.conftest import TaskRouter
from tests.taskrouter.floor import Floor, opened

ALL = slice(None)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
TIMES = 2
"Each request is sent again, as by a client that did not hear the answer."
SLOWEST = 2.0
REAL = 0.9
"How many of the sids in a path are those of something that exists."
CALLBACKS = (
    "EventCallbackUrl",
    "AssignmentCallbackUrl",
    "FallbackAssignmentCallbackUrl",
)
NOBODY = "http://127.0.0.1:9/"


class Fuzz:
    def __init__(self, server: TaskRouter, begin: int) -> None:
        self.server = server
        self.begin = begin
        self.random = random.Random(begin)
        self.session = requests.Session()
        pair = ":".join(server.credentials).encode()
        self.password = f"Basic {base64.b64encode(pair).decode()}"
        self.statuses: Counter[int] = Counter()
        self.slowest = 0.0
        self.wrong: list[str] = []

    def run(self, count: int, share: slice) -> None:
        """`count` for the whole description, as many for each operation of the share."""
        schema = schemathesis.openapi.from_path(description.FILE)
        operations = [one.ok() for one in schema.get_all_operations()]
        each = -(-count // len(operations) // len(MODES) // TIMES)
        with self.server.http() as http:
            for operation in operations[share]:
                floor = opened(http)
                for mode in MODES:
                    self.ask(operation, floor, mode, each)
                http.delete(floor.ws)

    def ask(
        self, operation: APIOperation, floor: Floor, mode: GenerationMode, count: int
    ) -> None:
        @seed(self.begin)
        @settings(
            max_examples=count,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def each(case: Case) -> None:
            self.place(case, floor)
            for _ in range(TIMES):
                self.send(case)

        each()

    def place(self, case: Case, floor: Floor) -> None:
        segments = case.path.split("/")
        for at, segment in enumerate(segments):
            if segment.startswith("{") and self.random.random() < REAL:
                case.path_parameters[segment[1:-1]] = floor.sid(segments[at - 1])
        body: Any = case.body
        if isinstance(body, dict):
            for name in CALLBACKS:
                # Nobody outside is called for a test.
                if str(body.get(name, "")).startswith("http"):
                    body[name] = NOBODY

    def send(self, case: Case) -> None:
        try:
            answer = case.call(
                base_url=self.server.url,
                session=self.session,
                headers={"Authorization": self.password},
                timeout=30,
            )
        except requests.RequestException as error:
            self.wrong.append(f"{case.as_curl_command()}: {error}")
            return
        self.statuses[answer.status_code] += 1
        self.slowest = max(self.slowest, answer.elapsed)
        if trouble := judged(answer.status_code, answer.content, answer.elapsed):
            self.wrong.append(f"{case.as_curl_command()}: {trouble}")


def ask_oddly(count: int, begin: int, share: slice = ALL) -> Fuzz:
    """Against a TaskRouter that lets itself be asked as often as one likes."""
    names = ("EXPRESSIONS", "BULK", "OTHERS")
    rates = {f"TASKROUTER_RATE_{name}": "1000000" for name in names}
    server = TaskRouter(settings=rates).start()
    fuzz = Fuzz(server, begin)
    try:
        fuzz.run(count, share)
    finally:
        server.stop()
    return fuzz


def judged(status: int, content: bytes, seconds: float) -> str:
    if status >= 500:
        return f"{status} {content[:200]!r}"
    if seconds > SLOWEST:
        return f"took {seconds:.1f} s"
    try:
        if content:
            json.loads(content)
    except ValueError:
        return f"not JSON: {content[:200]!r}"
    return ""
