"""What keeps TaskRouter from answering, as sentences."""


class TaskRouterError(Exception):
    """Anything that kept TaskRouter from answering as asked; the text is a sentence."""


class Refused(TaskRouterError):
    def __init__(self, status: int, code: int, message: str) -> None:
        self.status, self.code, self.message = status, code, message
        super().__init__(f"{message} (HTTP {status}, code {code})")


class NotAuthorised(Refused):
    """The account sid or the auth token is wrong, or lacks the right."""


class Throttled(TaskRouterError):
    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__("TaskRouter asks for fewer requests (HTTP 429).")


class Unreachable(TaskRouterError):
    """No answer: refused, silent, cut off, or broken on the other side."""


class Garbled(TaskRouterError):
    """An answer that is not what TaskRouter answers."""
