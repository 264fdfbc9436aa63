"""Secrets at rest: a text field encrypted with its own key file.

A value that no key opens raises; ciphertext is never handed out or saved again.
"""

import os
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class WrongKey(Exception):
    """No key in TOKEN_KEYS_FILE opens what is stored."""


@cache
def keys() -> MultiFernet:
    """The keys, newest first, one per line; the first file is made at first need."""
    path = settings.TOKEN_KEYS_FILE
    try:
        if not path.exists():
            make(path)
        return MultiFernet([Fernet(line) for line in path.read_bytes().split()])
    except (OSError, ValueError) as error:
        raise WrongKey(
            f"TOKEN_KEYS_FILE={path}: holds no keys that can be used ({error});"
            " put the file back as it was, or connect the accounts anew without it."
        ) from None


def make(path: Path) -> None:
    """Whole or not at all, and ours alone."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(Fernet.generate_key() + b"\n")
    draft.replace(path)


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    def get_prep_value(self, value: str) -> str:
        return keys().encrypt(value.encode()).decode()

    def from_db_value(self, value: str, *_: object) -> str:
        try:
            return keys().decrypt(value.encode()).decode()
        except InvalidToken:
            raise WrongKey(
                f"{self.name}: no key in {settings.TOKEN_KEYS_FILE.name} opens it;"
                " put the old key back as another line."
            ) from None
