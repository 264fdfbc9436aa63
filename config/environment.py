"""Reading settings from the environment: typed, with defaults, refused in a sentence.

Each reader names the variable, what was found and what would be accepted, so that
a wrong value stops the start before anything is served.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit


class WrongSetting(Exception):
    """An environment variable holds a value that cannot be used."""


@contextmanager
def stop_with_a_sentence() -> Iterator[None]:
    try:
        yield
    except WrongSetting as error:
        raise SystemExit(f"signalbox: {error}") from None


def read_file(path: Path) -> None:
    """Take `NAME=value` lines from `path`; what the environment already says wins."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise WrongSetting(f"{path.name} line {number}: write NAME=value.")
        os.environ.setdefault(name.strip(), value.strip())


def text(name: str, default: str = "") -> str:
    """The variable, or the contents of the file that `<name>_FILE` points to."""
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return os.environ.get(name) or default
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        raise WrongSetting(f"{name}_FILE={file}: {error.strerror}.") from None


def whole(name: str, default: int, least: int = 0, most: int = 2**31) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise WrongSetting(
            f"{name}={value}: use a whole number from {least} to {most}."
        )
    return int(value)


def yes(name: str, default: bool) -> bool:
    value = text(name, "true" if default else "false").lower()
    if value in {"true", "1", "yes"}:
        return True
    if value in {"false", "0", "no"}:
        return False
    raise WrongSetting(f"{name}={value}: use true or false.")


def listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def address(name: str, schemes: tuple[str, ...], default: str = "") -> str:
    value = text(name, default)
    if value and urlsplit(value).scheme not in schemes:
        raise WrongSetting(f"{name}={value}: use {' or '.join(schemes)}://…")
    return value


def database(name: str, file: Path, synchronous: str) -> dict[str, object]:
    """A Django database from a postgres:// address, else SQLite at `file`."""
    url = address(name, ("postgres", "postgresql"))
    if not url:
        return sqlite(file, synchronous)
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_HEALTH_CHECKS": True,
    }


def sqlite(file: Path, synchronous: str) -> dict[str, object]:
    pragmas = (
        "PRAGMA journal_mode=WAL;"
        f"PRAGMA synchronous={synchronous};"
        "PRAGMA cache_size=-65536;"
        "PRAGMA temp_store=MEMORY;"
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        # Deferred transactions that read and then write fail "locked" at once.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": pragmas,
        },
        "TEST": {"NAME": file.with_name(f"test_{file.name}")},
    }
