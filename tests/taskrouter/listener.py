"""Somebody whom the built-in TaskRouter calls back."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


class Listener(ThreadingHTTPServer):
    """Notes every form with its signature; answers 500 as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.heard: list[tuple[dict[str, str], str]] = []
        self.tokens: list[str] = []
        self.pause = 0.0
        "Seconds before each answer; none once it is shut down."
        self.ended = threading.Event()
        self.instruction = ""
        "The body of each answer, if there is to be one."
        self.failures = failures
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def shutdown(self) -> None:
        self.ended.set()
        super().shutdown()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/events?shift=1"


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length).decode()
        if len(body) < length:
            return  # whoever called has died meanwhile
        form = dict(parse_qsl(body, keep_blank_values=True))
        self.server.heard.append((form, self.headers["X-Twilio-Signature"]))
        self.server.tokens.append(self.headers["I-Twilio-Idempotency-Token"])
        self.server.ended.wait(self.server.pause)
        broken = self.server.failures > 0
        self.server.failures -= broken
        self.send_response(500 if broken else 200 if self.server.instruction else 204)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        if self.server.instruction and not broken:
            self.wfile.write(self.server.instruction.encode())

    def log_message(self, *_: object) -> None:
        pass
