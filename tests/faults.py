"""A bad road between statsync and TaskRouter: 429, 500, silence, answers cut short."""

import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import httpx

SILENCE_SECONDS = 12.0
"Longer than the client waits."
FAULTS = ("throttled", "broken", "silent", "cut")
PASSED_ON = ("authorization", "content-type", "if-match")


class FaultProxy(ThreadingHTTPServer):
    """Passes requests to `target`; at `rate` it does one of the faults instead.

    Both may be changed while it runs. A fault may come before or after TaskRouter has
    done what was asked, as in life.
    """

    daemon_threads = True

    def __init__(self, target: str, rate: float, seed: int = 1) -> None:
        self.target, self.rate = target, rate
        self.done: Counter[str] = Counter()
        self._random, self._lock = random.Random(seed), threading.Lock()
        self.client = httpx.Client(timeout=30, trust_env=False)
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fault(self) -> str:
        with self._lock:
            bad = self._random.random() < self.rate
            kind = self._random.choice(FAULTS) if bad else "passed"
            self.done[kind] += 1
        return kind

    def __enter__(self) -> "FaultProxy":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown()
        self.server_close()
        self.client.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultProxy

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.fault()
        if fault == "throttled":
            return self.send(429, b'{"code": 20429, "message": "Too many requests"}')
        if fault == "broken":
            return self.send(500, b"<html>oops</html>")
        if fault == "silent":
            time.sleep(SILENCE_SECONDS)
            self.close_connection = True
            return None
        passed = self.passed(body)
        return self.send(passed.status_code, passed.content, cut=fault == "cut")

    do_GET = do_POST = do_DELETE = answer

    def passed(self, body: bytes) -> httpx.Response:
        headers = {
            name: self.headers[name] for name in PASSED_ON if name in self.headers
        }
        return self.server.client.request(
            self.command,
            self.server.target + self.path,
            content=body,
            headers={**headers, "host": self.headers["Host"]},
        )

    def send(self, status: int, body: bytes, cut: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = cut

    def log_message(self, *_: object) -> None:
        pass
