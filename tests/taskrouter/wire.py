"""A line to PostgreSQL that can be cut."""

import socket
import threading
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer


class Wire(ThreadingTCPServer):
    def __init__(self, port: int) -> None:
        self.port = port
        self.opened = 0
        self.away = False
        "Who connects is sent away."
        self.cut_after: bytes | None = None
        "Where this is asked, the answer does not arrive, once."
        self.lines: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), Line)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def server_port(self) -> int:
        return int(self.server_address[1])

    def cut(self) -> None:
        for line in list(self.lines):
            hang_up(line)

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.cut()
        self.server_close()


class Line(BaseRequestHandler):
    server: Wire

    def handle(self) -> None:
        self.server.opened += 1
        if self.server.away:
            return
        with socket.create_connection(("127.0.0.1", self.server.port)) as there:
            self.swallow = False
            self.server.lines.add(self.request)
            back = threading.Thread(target=self.bring_back, args=[there], daemon=True)
            back.start()
            while asked := received(self.request):
                last = self.server.cut_after
                if last is not None and last in asked:
                    self.server.cut_after, self.swallow = None, True
                there.sendall(asked)
            hang_up(there)
            back.join()
            self.server.lines.discard(self.request)

    def bring_back(self, there: socket.socket) -> None:
        while (told := received(there)) and not self.swallow:
            self.request.sendall(told)
        hang_up(self.request)


def hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def received(end: socket.socket) -> bytes:
    try:
        return end.recv(65_536)
    except OSError:
        return b""
