"""Reading settings from the environment: typed, with defaults, refused in a sentence.

Each reader names the variable, what was found and what would be accepted, so that
a wrong value stops the start before anything is served.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http.request import split_domain_port, validate_host

LONGEST_NUMBER = 18
"Digits; no setting is larger."
SITE = re.compile(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]+)?")
HOST = re.compile(r"\*|\.?[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


class WrongSetting(Exception):
    """An environment variable holds a value that cannot be used."""


@contextmanager
def stop_with_a_sentence() -> Iterator[None]:
    """Of a setting that cannot be used, or of ground that does not hold."""
    try:
        yield
    except WrongSetting as error:
        raise SystemExit(f"signalbox: {error}") from None
    except Exception as error:
        from config import trouble  # it needs Django, which needs the settings first

        sentence = trouble.words(error)
        if sentence is None:
            raise
        raise SystemExit(f"signalbox: {sentence}") from None


def read_file(path: Path) -> None:
    """Take `NAME=value` lines from `path`; what the environment already says wins."""
    if not path.is_file():
        return
    for number, line in enumerate(contents(path.name, path).splitlines(), start=1):
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
    return contents(f"{name}_FILE={file}", Path(file)).strip()


def contents(what: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        why = error.strerror
    except UnicodeDecodeError:
        why = "holds no text"
    raise WrongSetting(f"{what}: {why}; name a file of text that can be read.")


def whole(name: str, default: int, least: int = 0, most: int = 2**31) -> int:
    value = text(name, str(default))
    plain = value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER
    if not plain or not least <= int(value) <= most:
        raise WrongSetting(
            f"{name}={value[:40]}: use a whole number from {least} to {most}."
        )
    return int(value)


def yes(name: str, default: bool) -> bool:
    value = text(name, "true" if default else "false").lower()
    if value in {"true", "1", "yes"}:
        return True
    if value in {"false", "0", "no"}:
        return False
    raise WrongSetting(f"{name}={value}: use true or false.")


def zone(name: str, default: str) -> str:
    """The name of a time zone that this machine knows."""
    value = text(name, default)
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise WrongSetting(
            f"{name}={value[:40]}: use a time zone, as Europe/Madrid."
        ) from None


def listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def address(name: str, schemes: tuple[str, ...], default: str = "") -> str:
    value = text(name, default)
    try:
        parts = urlsplit(value)
        complete = parts.scheme in schemes and has_host(parts)
    except ValueError:
        complete = False
    if value and not complete:
        wanted = f"{' or '.join(schemes)}://host:port/…"
        raise WrongSetting(f"{name}={without_login(value)}: use {wanted}")
    return value


def site(name: str, default: str) -> str:
    """Scheme, host and port of a web site, as a browser names the origin of a page:
    addresses are made by putting a path behind it."""
    value = address(name, ("http", "https"), default)
    bare = value.lower().removesuffix("/")
    if not SITE.fullmatch(bare):
        raise WrongSetting(
            f"{name}={without_login(value)}: use http or https://host:port and nothing"
            " behind it."
        )
    usual = {"http": ":80", "https": ":443"}[bare.partition(":")[0]]
    return bare.removesuffix(usual)


def hosts(name: str, default: str, site: str) -> list[str]:
    """Host names, among which must be that of `site`, for our links lead there."""
    found = listed(name, default)
    wrong = next((one for one in found if not HOST.fullmatch(one)), None)
    if wrong is not None:
        raise WrongSetting(
            f"{name}={wrong}: use host names without scheme and port, as"
            " signalbox.example.org,localhost."
        )
    host, _ = split_domain_port(urlsplit(site).netloc)
    if not validate_host(host, found):
        raise WrongSetting(
            f"{name}={','.join(found)}: add {host}, the host of PUBLIC_URL={site}, or"
            " set PUBLIC_URL to the address that browsers use."
        )
    return found


def sid(name: str, prefix: str) -> str:
    value = text(name)
    if value and not re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", value):
        raise WrongSetting(
            f"{name}={value[:40]}: use {prefix} and 32 hexadecimal digits."
        )
    return value


def without_login(address: str) -> str:
    """Who reads what was refused need not read a password."""
    return re.sub(r"://.*@", "://…@", address)


def has_host(parts: SplitResult) -> bool:
    """Raises ValueError on a port that is none."""
    if parts.scheme in ("http", "https"):
        return bool(parts.hostname) and parts.port != 0
    # A database by its socket and the broker in memory have no host.
    return parts.port != 0


def database(name: str, file: Path, synchronous: str) -> dict[str, object]:
    """A Django database from a postgres:// address, else SQLite at `file`."""
    url = address(name, ("postgres", "postgresql"))
    if not url:
        return sqlite(file, synchronous)
    parts = urlsplit(url)
    if not parts.path.strip("/"):
        raise WrongSetting(
            f"{name}={without_login(url)}: name the database too, as"
            " postgres://user:password@host/name."
        )
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


def kept(path: Path, make: Callable[[], str]) -> str:
    """The secret in the file, made at first need: whole or not at all, and ours alone."""
    try:
        if not path.exists():
            draft = path.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            with os.fdopen(
                os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w"
            ) as file:
                file.write(make())
            draft.replace(path)
        found = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{path}: cannot be read as a secret ({error}).") from None
    if not found:
        raise WrongSetting(
            f"{path}: is empty; delete it and a new one is made (everybody signs in"
            " again), or put the old secret back."
        )
    return found
