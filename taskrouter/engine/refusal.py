"""How the engine says no: TaskRouter's status and code, and a sentence of remedy."""


class Refused(Exception):
    def __init__(self, message: str, status: int = 400, code: int = 20001) -> None:
        self.status, self.code, self.message = status, code, message
        super().__init__(message)


def not_found(kind: str, sid: str) -> Refused:
    return Refused(f"The requested {kind} {sid} was not found.", 404, 20404)


def changed_meanwhile(kind: str, sid: str, version: int) -> Refused:
    return Refused(
        f"If-Match: the {kind} {sid} has changed meanwhile and is at version {version};"
        " read it again and repeat the change.",
        412,
        20412,
    )
